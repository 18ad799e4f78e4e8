import * as z from 'zod/mini';
import type { TypedDocumentString } from '../../generated/operations';
import { isDatabaseAway } from './database';
import { Failure, failuresIn, graphqlErrors } from './failure';

const answer = z.object({
  data: z.optional(z.nullable(z.unknown())),
  errors: z.optional(graphqlErrors),
});

/**
 * Asks the service once.
 *
 * @param signal aborts the request; it then rejects with the signal's reason
 * @throws Failure when there is no data at all; a list's missing items are null
 */
export async function ask<Result, Variables>(
  token: string,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const body = await send(token, JSON.stringify({ query: document.toString(), variables }), signal);
  const { data, errors } = answer.parse(body);
  const failures = failuresIn(errors ?? []);
  isDatabaseAway.value = failures.some(({ kind }) => kind === 'database-away');
  if (data == null) throw failures[0] ?? new Failure('failed');
  // The type was generated from the schema that the service executes the document against.
  return data as Result;
}

async function send(token: string, body: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body,
      ...(signal && { signal }),
    });
    return await response.json();
  } catch (error) {
    signal?.throwIfAborted();
    throw new Failure('unreachable', { cause: error });
  }
}
