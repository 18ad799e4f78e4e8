import { GraphQLError, type GraphQLErrorOptions } from 'graphql';

/** What is wrong with the text of an operation: `extensions.code`, the same over every transport. */
export type MistakeCode =
  | 'OPERATION_TOO_LARGE'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'BAD_REQUEST';

/** An error of whoever wrote the operation; it keeps the places in the text that it speaks of. */
export function mistake(code: MistakeCode, message: string, options: GraphQLErrorOptions = {}): GraphQLError {
  return new GraphQLError(message, { ...options, extensions: { ...options.extensions, code } });
}

/** What graphql-js found, under our code. */
export function asMistake(code: MistakeCode, error: GraphQLError): GraphQLError {
  const { message, nodes = null, source = null, positions = null } = error;
  return mistake(code, message, { nodes, source, positions });
}
