import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from '../auth/admission';
import type { Logger } from '../observability/log';
import type { GraphQLServer } from './apollo';
import { readGraphQLBody } from './graphql-body';
import { createGraphQLFailure } from './graphql-http-errors';
import type { Live } from './live/live';
import { pathOf } from './request-target';

export interface GraphQLEndpointOptions {
  readonly admission: Pick<Admission, 'admit' | 'refusalOf'>;
  readonly apollo: Pick<GraphQLServer, 'answer'>;
  /** Answers what asks for server-sent events, ahead of Apollo. */
  readonly sse: Live['sse'];
  readonly log: Logger;
}

/** @returns whether the request was for `/graphql`, to the letter, and is being answered */
export type GraphQLEndpoint = (request: IncomingMessage, response: ServerResponse) => boolean;

/** `/graphql` over HTTP, on the bare HTTP server. Every operation, introspection too, wants a valid bearer token. */
export function createGraphQLEndpoint(options: GraphQLEndpointOptions): GraphQLEndpoint {
  const { admission, apollo, sse, log } = options;
  const fail = createGraphQLFailure(log);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusing = admission.refusalOf(request, response);
    const refusal = refusing && (await refusing);
    if (refusal !== undefined) return refuse(request, response, refusal);
    const body = await bodyOf(request, response);
    if (sse.isFor(request)) return sse.answer(request, response, body);
    return apollo.answer(request, response, { body, admit: () => admission.admit(request, response) });
  }

  /** A request counts, whether or not anything can be made of what it holds. */
  async function bodyOf(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    try {
      return await readGraphQLBody(request, response);
    } catch (unreadable) {
      await admission.admit(request, response);
      throw unreadable;
    }
  }

  /** Nothing of the request is read. */
  async function refuse(request: IncomingMessage, response: ServerResponse, refusal: Error): Promise<void> {
    if (sse.isFor(request)) throw refusal;
    return apollo.answer(request, response, { body: {}, admit: () => Promise.reject(refusal) });
  }

  return (request, response) => {
    if (pathOf(request) !== '/graphql') return false;
    answer(request, response).catch((thrown: unknown) => fail(response, thrown));
    return true;
  };
}
