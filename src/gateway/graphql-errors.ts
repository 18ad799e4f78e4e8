import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError, ERRORS, isToBeLogged, toAppError } from '../errors';
import type { Logger } from '../observability/log';
import { HeaderMap } from '@apollo/server';
import type { ServerResponse } from 'node:http';
import { JSON_TYPE } from '../rest/respond';
import { asAppError } from './library-errors';

export interface ErrorFormatOptions {
  /** Whether errors leave out the suggestions of names in the schema. */
  readonly hidesSchema?: boolean;
}

/**
 * The errors that a GraphQL client gets, over any transport. An internal error has no details; its cause is logged. A client's
 * mistake is not logged.
 */
export function createErrorFormatter(log: Logger, { hidesSchema = false }: ErrorFormatOptions = {}) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const error = unwrapped(thrown);
    const code = requestCodeOf(error, formatted);
    if (code !== undefined) {
      const message = hidesSchema ? withoutSuggestion(formatted.message) : formatted.message;
      return { ...formatted, message, extensions: { code } };
    }
    const known = toAppError(error);
    if (isToBeLogged(known)) log.error({ err: error, path: formatted.path }, 'a GraphQL field failed');
    return { ...formatted, message: known.message, extensions: { ...known.extensions } };
  };
}

/** The same for results that do not pass Apollo: what is executed in this process for sockets and streams. */
export function createErrorsFormatter(
  log: Logger,
  options?: ErrorFormatOptions,
): (errors: readonly GraphQLError[]) => readonly GraphQLError[] {
  const format = createErrorFormatter(log, options);
  return (errors) =>
    errors.map((error) => {
      const { message, extensions } = format(error.toJSON(), error);
      const { nodes = null, source = null, positions = null, path = null } = error;
      return new GraphQLError(message, { nodes, source, positions, path, extensions: extensions ?? null });
    });
}

/** graphql-js ends its messages with it. */
const withoutSuggestion = (message: string): string => message.replace(/ ?Did you mean [^]*$/, '');

/** graphql-js wraps what a resolver throws; we wrap what keeps an operation from having a context. */
function unwrapped(thrown: unknown): unknown {
  const error = unwrapResolverError(thrown);
  return error instanceof GraphQLError && error.originalError instanceof AppError
    ? error.originalError
    : error;
}

/**
 * The code of an error that speaks of the request: of its syntax, its fields, its values. Undefined for one of ours.
 *
 * An error of graphql-js without a code speaks of the request when it names a place in the text, as all do that look at
 * what was sent; and when it is of no field and nothing was thrown below it, as those of persisted queries. What is left
 * is a value of ours that does not fit the schema, or an execution that broke down.
 */
function requestCodeOf(error: unknown, { path }: GraphQLFormattedError): string | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  const { code } = error.extensions;
  if (code === ERRORS.INTERNAL_SERVER_ERROR.graphqlCode) return undefined;
  if (typeof code === 'string') return code;
  if (error.nodes !== undefined || error.source !== undefined) return ERRORS.BAD_USER_INPUT.graphqlCode;
  return path === undefined && error.originalError === undefined ? 'BAD_REQUEST' : undefined;
}

/** Answers a request that failed. */
export type GraphQLFailure = (response: ServerResponse, thrown: unknown) => void;

/** What fails before Apollo is called, as a body that is too large or not JSON, is answered in GraphQL's shape too. */
export function createGraphQLFailure(log: Logger): GraphQLFailure {
  return (response, thrown) => {
    if (response.headersSent) return void response.destroy();
    if (isOfRequest(thrown)) return sendErrors(response, 400, {}, thrown);
    const error = asAppError(thrown);
    if (isToBeLogged(error)) log.error({ err: error }, 'a GraphQL request failed');
    sendErrors(response, error.status, error.headers, error);
  };
}

function sendErrors(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  { message, extensions }: AppError | GraphQLError,
): void {
  const bytes = Buffer.from(JSON.stringify({ errors: [{ message, extensions }] }));
  response.writeHead(status, { ...headers, 'Content-Type': JSON_TYPE, 'Content-Length': bytes.length });
  response.end(bytes);
}

/** Made by `requestError`: one that graphql-js throws has no code of its own. */
const isOfRequest = (thrown: unknown): thrown is GraphQLError =>
  thrown instanceof GraphQLError && typeof thrown.extensions['code'] === 'string';

/** An error from making the context reaches the client as it is, with its HTTP status and headers. */
export function asGraphQLError(thrown: unknown): never {
  if (!(thrown instanceof AppError)) throw thrown;
  throw new GraphQLError(thrown.message, {
    originalError: thrown,
    extensions: {
      code: thrown.graphqlCode,
      http: { status: thrown.status, headers: new HeaderMap(Object.entries(thrown.headers)) },
    },
  });
}
