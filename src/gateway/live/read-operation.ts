import { getOperationAST, GraphQLError } from 'graphql';
import { asRequestError, requestError } from '../request-errors';
import type { ReadDocument, ReadQuery } from './live-operation';

/** What a client sends beside the variables. */
interface Sent {
  readonly query: string;
  readonly operationName?: string | null | undefined;
}

/** What has been sent, read; or what is wrong with it, under the codes that it has over plain HTTP. */
export type ReadOperation =
  | { readonly read: ReadDocument; readonly errors?: never }
  | { readonly errors: readonly GraphQLError[]; readonly read?: never };

export function readOperation(readQuery: ReadQuery, { query, operationName }: Sent): ReadOperation {
  if (query === '')
    return { errors: [requestError('BAD_REQUEST', 'The operation must be a text that is not empty.')] };
  try {
    const read = readQuery(query);
    if (read.errors.length > 0)
      return { errors: read.errors.map((error) => asRequestError('GRAPHQL_VALIDATION_FAILED', error)) };
    if (getOperationAST(read.document, operationName) != null) return { read };
    return { errors: [requestError('OPERATION_RESOLUTION_FAILURE', whyNone(operationName))] };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [asRequestError('GRAPHQL_PARSE_FAILED', error)] };
    // The parser calls itself for each level: what is nested too deeply overflows the stack.
    if (error instanceof RangeError)
      return {
        errors: [requestError('GRAPHQL_PARSE_FAILED', 'The operation is nested too deeply to be read.')],
      };
    throw error;
  }
}

/** In graphql-js's own words, which it has for plain HTTP. */
const whyNone = (name: string | null | undefined): string =>
  name == null
    ? 'Must provide operation name if query contains multiple operations.'
    : `Unknown operation named "${name.slice(0, 60)}".`;
