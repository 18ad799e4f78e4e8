/**
 * Whether the database rejects a value itself (out of range, invalid, against a constraint), on every attempt. Everything
 * else, a lost connection, a deadlock, a full disk, passes or is repaired: the same work may be retried.
 */
export function isInvalidData(error: unknown): boolean {
  const state = sqlState(error);
  // Class 22: data exceptions. Class 23: integrity constraints. (PostgreSQL, appendix A)
  return (
    state !== undefined && (state.startsWith('22') || state.startsWith('23')) && state !== NO_TABLE_OF_MONTH
  );
}

/**
 * A registration whose month has no table (months/): a worker makes it, and until then the registration waits. The code is that of
 * checks, too, and PostgreSQL tells the two apart in its language alone; there is no check that a value could break.
 */
const NO_TABLE_OF_MONTH = '23514';

/** The five characters by which PostgreSQL names an error, wherever Prisma and its adapters have put them. */
export function sqlState(error: unknown): string | undefined {
  for (const candidate of wrapped(error)) {
    for (const key of ['originalCode', 'code'] as const) {
      const value: unknown = Reflect.get(candidate, key);
      if (typeof value === 'string' && /^[0-9A-Z]{5}$/.test(value) && !value.startsWith('P')) return value;
    }
  }
  return undefined;
}

/** Where Prisma, its adapters and GraphQL keep what they wrap. */
const WRAPPINGS = ['cause', 'meta', 'driverAdapterError', 'originalError'];

/** An error, and everything that it was made of, however deep. */
export function* wrapped(error: unknown): Generator<object> {
  const pending: unknown[] = [error];
  const seen = new Set<object>();
  for (let next = pending.shift(); pending.length > 0 || next !== undefined; next = pending.shift()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    yield next;
    for (const key of WRAPPINGS) pending.push(Reflect.get(next, key));
  }
}
