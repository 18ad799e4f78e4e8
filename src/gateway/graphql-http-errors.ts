import { HeaderMap } from '@apollo/server';
import type { ErrorRequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import { AppError, isToBeLogged } from '../errors';
import type { Logger } from '../platform/log';
import { asAppError } from './http-errors';

/** What fails before Apollo sees it, a body that is too large or no JSON, is told in GraphQL's shape as well. */
export function answerInGraphQL(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, _request, response, next) => {
    if (response.headersSent) return next(thrown);
    if (isOfRequest(thrown)) {
      const { message, extensions } = thrown;
      return void response.status(400).json({ errors: [{ message, extensions }] });
    }
    const error = asAppError(thrown);
    if (isToBeLogged(error)) log.error({ err: error }, 'a GraphQL request failed');
    const { message, extensions } = error;
    response
      .status(error.status)
      .set(error.headers)
      .json({ errors: [{ message, extensions }] });
  };
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
