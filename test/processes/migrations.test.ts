import { rmSync } from 'node:fs';
import { Client } from 'pg';
import { migratePostgres } from '../../src/database/migrations/migrate-postgres';
import { startProcess } from '../harness/contract/service-process';
import { folderOfMigrations, MIGRATION_NAMES } from '../harness/database/migration-folder';
import { freshDatabase, type Own } from '../harness/isolation';
import { TEST_SECRET } from '../harness/service';
import { waitFor } from '../harness/wait-for';

describe('migrations on PostgreSQL', () => {
  let database: Own & { readonly url: string };
  let holder: Client;
  let folder: string;
  beforeEach(async () => {
    database = await freshDatabase();
    holder = new Client({ connectionString: database.url });
    await holder.connect();
    folder = folderOfMigrations(2);
    await migratePostgres({ connection: { connectionString: database.url }, folder });
  });
  afterEach(async () => {
    await holder.end();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are taken over from a process that is frozen while it migrates', async () => {
    await holder.query('BEGIN; LOCK TABLE events');
    const env = { DATABASE_URL: database.url, JWT_SECRET: TEST_SECRET };
    const frozen = startProcess(env);
    const started = [frozen];
    try {
      await waitFor(() => frozen.said().includes('waits for a lock'), {
        what: 'the log to say that a migration waits',
        timeoutMs: 30_000,
      });
      await waitFor(async () => (await countWaiting()) > 0, {
        what: 'the migration to try again',
        timeoutMs: 10_000,
        everyMs: 5,
      });
      frozen.process.kill('SIGSTOP');
      await holder.query('ROLLBACK');
      const next = startProcess(env);
      started.push(next);
      await next.ready();
      expect(await finishedMigrations()).toEqual(MIGRATION_NAMES);
    } finally {
      frozen.process.kill('SIGCONT');
      await Promise.all(started.map((each) => each.terminate('SIGKILL')));
    }
  });

  /** How many wait for the table that is locked. */
  async function countWaiting(): Promise<number> {
    const text = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'events'::regclass`;
    return (await holder.query(text)).rows.length;
  }

  async function finishedMigrations(): Promise<string[]> {
    const text = `SELECT migration_name FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY started_at`;
    const { rows } = await holder.query<{ migration_name: string }>(text);
    return rows.map(({ migration_name }) => migration_name);
  }
});
