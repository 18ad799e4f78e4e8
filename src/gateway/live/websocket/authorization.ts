import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

const NAME = 'authorization';

const fields = z.record(z.string(), z.unknown());

/**
 * What a message's payload has as its token: as `authorization`, and as `headers.Authorization`, which is where some clients put
 * what they send over HTTP. Names in any case. Beside them the bearer token of the upgrade's headers; another scheme there is a
 * proxy's, which a browser adds by itself.
 *
 * @returns each different one once; more than one means that the client contradicts itself
 */
export function authorizationsIn(
  payload: Readonly<Record<string, unknown>> | undefined,
  headers?: Pick<IncomingHttpHeaders, 'authorization'>,
): readonly unknown[] {
  const inHeaders = fields.safeParse(payload?.['headers']).data;
  const inUpgrade = headers?.authorization;
  return different([...named(payload), ...named(inHeaders), isBearer(inUpgrade) ? inUpgrade : undefined]);
}

const named = (values: Readonly<Record<string, unknown>> = {}): readonly unknown[] =>
  Object.entries(values)
    .filter(([name]) => name.toLowerCase() === NAME)
    .map(([, value]) => value);

const isBearer = (authorization: unknown): boolean =>
  typeof authorization === 'string' && /^bearer /i.test(authorization);

/** By the token alone: `bearer` and `Bearer` make no difference. Of the same ones, one that has its scheme. */
function different(authorizations: readonly unknown[]): readonly unknown[] {
  const byToken = new Map<unknown, unknown>();
  for (const each of authorizations) {
    const token = tokenOf(each);
    if (each != null && (isBearer(each) || !byToken.has(token))) byToken.set(token, each);
  }
  return [...byToken.values()];
}

const tokenOf = (authorization: unknown): unknown =>
  typeof authorization === 'string' ? authorization.slice(authorization.lastIndexOf(' ') + 1) : authorization;
