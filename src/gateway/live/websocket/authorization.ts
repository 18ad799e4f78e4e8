import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

const NAME = 'authorization';

const fields = z.record(z.string(), z.unknown());

/**
 * What a message's payload has as its token: as `authorization`, and as `headers.Authorization`, which is where some clients put
 * what they send over HTTP. Names in any case.
 *
 * @returns each different one once; more than one means that the client contradicts itself
 */
export function authorizationsIn(
  payload: Readonly<Record<string, unknown>> | undefined,
  headers?: Pick<IncomingHttpHeaders, 'authorization'>,
): readonly unknown[] {
  const inHeaders = fields.safeParse(payload?.['headers']).data;
  return different([...named(payload), ...named(inHeaders), headers?.authorization]);
}

const named = (values: Readonly<Record<string, unknown>> = {}): readonly unknown[] =>
  Object.entries(values)
    .filter(([name]) => name.toLowerCase() === NAME)
    .map(([, value]) => value);

/** By the token alone: `bearer` and `Bearer` make no difference. */
function different(authorizations: readonly unknown[]): readonly unknown[] {
  const byToken = new Map<unknown, unknown>();
  for (const each of authorizations) if (each != null) byToken.set(tokenOf(each), each);
  return [...byToken.values()];
}

const tokenOf = (authorization: unknown): unknown =>
  typeof authorization === 'string' ? authorization.slice(authorization.lastIndexOf(' ') + 1) : authorization;
