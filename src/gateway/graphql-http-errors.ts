import { HeaderMap } from '@apollo/server';
import type { ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { AppError, isToBeLogged } from '../errors';
import type { Logger } from '../observability/log';
import { JSON_TYPE } from '../rest/respond';
import { asAppError } from './http-errors';

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
