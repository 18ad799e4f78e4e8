import { GraphQLError } from 'graphql';

/** What a client does wrong about a request, whatever it asks: `extensions.code`, by the names that Apollo has for it. */
export type RequestErrorCode =
  | 'BAD_REQUEST'
  | 'OPERATION_TOO_LARGE'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'PERSISTED_QUERY_NOT_IN_LIST';

export const requestError = (code: RequestErrorCode, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code } });

/** What graphql-js has found wrong, with the places in the text; it keeps the code that it may have already. */
export function asRequestError(code: RequestErrorCode, error: GraphQLError): GraphQLError {
  const { message, nodes = null, source = null, positions = null, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, extensions: { code, ...extensions } });
}
