import type { Database, Sql } from '../../platform/database/database';

/** What may be done in a snapshot: read. */
export type SnapshotSql = Pick<Sql, 'query'>;

/** How long a connection is waited for, and how long the whole may take, in milliseconds. */
const LIMITS = { maxWait: 10_000, timeout: 6 * 60 * 60 * 1_000 };
const ONE_SNAPSHOT = { isolationLevel: 'RepeatableRead' as const };

/**
 * Reads from the database as it stands at the first statement, whatever is committed meanwhile: repeatable read, and
 * read-only, so that the worst that a mistake here can do is to fail.
 */
export function inSnapshot<T>(
  { prisma }: Pick<Database, 'prisma'>,
  work: (sql: SnapshotSql) => Promise<T>,
): Promise<T> {
  return prisma.$transaction(
    async (transaction) => {
      await transaction.$executeRawUnsafe('SET TRANSACTION READ ONLY');
      return work({
        query: async (row, statement, ...parameters) => {
          const rows = await transaction.$queryRawUnsafe<unknown[]>(statement, ...parameters);
          return rows.map((found) => row.parse(found));
        },
      });
    },
    { ...LIMITS, ...ONE_SNAPSHOT },
  );
}
