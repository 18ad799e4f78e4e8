import type { ConnectionLimiter, Refusals } from '../limits';

export interface ConnectionLimitOptions {
  readonly connections: ConnectionLimiter;
  readonly refusals: Refusals;
}

/**
 * @returns releases it
 * @throws AppError TOO_MANY_REQUESTS at the token's limit of connections
 */
export function acquireConnection(
  { connections, refusals }: ConnectionLimitOptions,
  subject: string,
): () => void {
  const release = connections.acquire(subject);
  if (release !== undefined) return release;
  throw refusals.tooMany('connections_per_token', 'Too many connections with this token: close another one.');
}
