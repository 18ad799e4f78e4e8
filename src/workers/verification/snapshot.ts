import type { Database, Sql } from '../../database/database';

/** What may be done in a snapshot: read. */
export type SnapshotSql = Pick<Sql, 'query'>;

/**
 * Reads from the database as it stands at the first statement, whatever is committed in between: repeatable read, and
 * read-only, so that the worst that a mistake here can do is to fail.
 */
export function inSnapshot<T>(
  database: Pick<Database, 'readAtLength'>,
  work: (sql: SnapshotSql) => Promise<T>,
): Promise<T> {
  return database.readAtLength(work);
}
