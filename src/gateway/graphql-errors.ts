import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERRORS, isToBeLogged, toAppError } from '../errors';
import type { Logger } from '../platform/log';

/**
 * What a GraphQL client is told of an error. A failure of ours is told as such and nothing more; what lies behind it
 * goes to the log.
 */
export function createErrorFormatter(log: Logger) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const error = unwrapResolverError(thrown);
    // Errors that graphql-js itself raises speak of the request: its syntax, its fields, its values.
    if (error instanceof GraphQLError) return { ...formatted, extensions: publicExtensions(formatted) };
    const known = toAppError(error);
    if (isToBeLogged(known)) log.error({ err: error, path: formatted.path }, 'a GraphQL field failed');
    return { ...formatted, message: known.message, extensions: { ...known.extensions } };
  };
}

/** The same for results that do not pass Apollo: what is executed in this process for sockets and streams. */
export function createErrorsFormatter(
  log: Logger,
): (errors: readonly GraphQLError[]) => readonly GraphQLError[] {
  const format = createErrorFormatter(log);
  return (errors) =>
    errors.map((error) => {
      const { message, extensions } = format(error.toJSON(), error);
      const { nodes = null, source = null, positions = null, path = null } = error;
      return new GraphQLError(message, { nodes, source, positions, path, extensions: extensions ?? null });
    });
}

function publicExtensions({ extensions }: GraphQLFormattedError): { code: unknown } {
  return { code: extensions?.['code'] ?? ERRORS.BAD_USER_INPUT.graphqlCode };
}
