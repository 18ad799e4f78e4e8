import { PrismaPg } from '@prisma/adapter-pg';
import { type ClientConfig, Pool } from 'pg';
import { createFaultLog } from '../../observability/fault-log';
import { createLogger, type Logger } from '../../observability/log';
import { MIGRATION_LOCK } from '../advisory-locks';
import { sqlState } from '../failures';
import type { MigrationSession } from './migration-session';
import { distribute, type Distribution, requireDistribution } from '../distribution/distribute';
import { buildConcurrently } from './concurrent-index';
import { applyMigrations, type ApplyOptions, inTransaction } from './migrations';

/**
 * A migration takes as long as it takes. A lock, though, is let go and tried for again: behind a migration that waits
 * for a table all readers of that table wait. A process that is frozen within its transaction loses it.
 */
const TAKE_LOCKS = `
  SET LOCAL statement_timeout = 0;
  SET LOCAL lock_timeout = '2s';
  SET LOCAL idle_in_transaction_session_timeout = '10s';
  SELECT pg_advisory_xact_lock(${MIGRATION_LOCK});`;

const LOCK_NOT_AVAILABLE = '55P03';

export interface MigratePostgresOptions {
  readonly connection: ClientConfig;
  readonly log?: Logger | undefined;
  readonly folder?: string;
  /** How the tables are to be distributed once they are there. */
  readonly distribution?: Distribution;
}

/**
 * Several processes may start at once: each migration is applied by the first that takes the lock, and found by the
 * others. Waits for locks for as long as another session holds them, and says so in the log.
 *
 * @throws what the database answered, or that it did not; then nothing is left half done
 */
export async function migratePostgres({
  connection,
  log = createLogger({ level: 'silent' }),
  folder,
  distribution,
}: MigratePostgresOptions): Promise<void> {
  const waiting = createFaultLog(log, {
    begins:
      'a migration waits for a lock, of another process that migrates or of a table; trying until it is free',
    ends: 'the locks of the migration are free',
  });
  const pool = openPool(connection);
  try {
    const { session, release } = await openSession(pool);
    try {
      while (!(await isMigrated(session))) continue;
    } finally {
      await release();
    }
  } finally {
    await pool.end();
  }

  function done(): true {
    waiting.worked();
    return true;
  }

  async function isMigrated(session: MigrationSession): Promise<boolean> {
    try {
      const options: ApplyOptions = {
        afterBegin: TAKE_LOCKS,
        buildIndex: (index) => buildConcurrently(session, index, { log, waiting }),
        ...(folder !== undefined && { folder }),
      };
      await inTransaction(session, TAKE_LOCKS, () => requireDistribution(session, distribution));
      const applied = await applyMigrations(session, options);
      if (applied.length > 0) log.info({ migrations: applied }, 'the database was migrated');
      if (distribution === undefined) return done();
      const distributed = await inTransaction(session, TAKE_LOCKS, () => distribute(session));
      if (distributed.length > 0) log.info({ tables: distributed }, 'the tables were distributed');
      return done();
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
      waiting.failed(error);
      return false;
    }
  }
}

/**
 * A transaction of Prisma's adapter is the one thing of it that is bound to a connection: a pool would put another one in
 * the place of one that was lost, which knows nothing of what was begun on it.
 */
async function openSession(pool: Pool): Promise<{ session: MigrationSession; release: () => Promise<void> }> {
  const transaction = await (await new PrismaPg(pool).connect()).startTransaction();
  const run = async (sql: string): Promise<void> => {
    await transaction.executeRaw({ sql, args: [], argTypes: [] });
  };
  // From here on transactions are begun and ended by who migrates.
  await run('COMMIT');
  return { session: { connection: transaction, run }, release: () => transaction.rollback() };
}

function openPool(connection: ClientConfig): Pool {
  const pool = new Pool({ ...connection, query_timeout: 0, max: 1 });
  // A lost connection makes the statement that runs on it fail, or the next one.
  const ignore = (): void => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}
