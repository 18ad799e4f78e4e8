import type { Database, Sql } from '../database';
import { sqlState } from '../failures';

/** So long one who wants a table alone may wait, since all who come behind wait as well; in milliseconds. */
const PATIENCE_MS = 300;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * A transaction that wants tables for itself for an instant: where somebody has one of them for longer, it is given up.
 *
 * @param what is given up then, as the subject of a sentence
 * @throws Error saying so; the same may be tried again
 */
export async function givingUpSoon<T>(
  database: Pick<Database, 'transaction'>,
  what: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  try {
    return await database.transaction(async (sql) => {
      await sql.execute(`SET LOCAL lock_timeout = ${PATIENCE_MS}`);
      return work(sql);
    });
  } catch (error) {
    if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new Error(`${what} has to wait: others had its tables for ${PATIENCE_MS} ms. It is tried again.`, {
      cause: error,
    });
  }
}
