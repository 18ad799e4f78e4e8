import type { IncomingMessage } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { z } from 'zod';
import { methodNotAllowed } from '../../../errors';
import type { Prepared } from '../../operations/operations';
import { requestError } from '../../request-errors';

/** The parameters of GraphQL over HTTP; null is the same as absent. */
const params = z.object({
  query: z.string({ error: 'a text that is not empty' }).min(1, { error: 'a text that is not empty' }),
  operationName: z.string({ error: 'a text' }).nullish(),
  variables: z.record(z.string(), z.unknown(), { error: 'an object' }).nullish(),
  extensions: z.record(z.string(), z.unknown(), { error: 'an object' }).nullish(),
});

export type StreamParams = z.infer<typeof params>;

/**
 * The parameters of a request that is answered by a stream.
 *
 * @throws AppError METHOD_NOT_ALLOWED
 * @throws GraphQLError BAD_REQUEST, naming the parameter
 */
export function requireParams({ method, url = '/' }: IncomingMessage, body: unknown): StreamParams {
  if (method !== 'GET' && method !== 'POST') throw methodNotAllowed('GET, POST');
  const read = params.safeParse(method === 'GET' ? paramsInUrl(url) : body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const [name] = issue?.path ?? [];
  throw requestError(
    'BAD_REQUEST',
    name === undefined
      ? 'The body must be a JSON object, its Content-Type application/json.'
      : `The parameter ${String(name)} must be ${issue?.message}.`,
  );
}

/** What changes something is not asked for by GET (GraphQL over HTTP). @throws AppError METHOD_NOT_ALLOWED */
export function requirePost({ method }: IncomingMessage, { operation }: Pick<Prepared, 'operation'>): void {
  const isMutation = operation.definition.operation === OperationTypeNode.MUTATION;
  if (isMutation && method !== 'POST') throw methodNotAllowed('POST');
}

function paramsInUrl(url: string): Record<string, unknown> {
  const { searchParams } = new URL(url, 'http://localhost');
  const plain = (name: string): string | undefined => searchParams.get(name) ?? undefined;
  return {
    query: plain('query'),
    operationName: plain('operationName'),
    variables: json(plain('variables')),
    extensions: json(plain('extensions')),
  };
}

/** Text that is not JSON stays a string, which the schema refuses. */
function json(text: string | undefined): unknown {
  try {
    return text === undefined || text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
