import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Client } from 'pg';
import { INDEX_LOCK } from '../../src/database/advisory-locks';
import { openConnection } from '../../src/database/embedded/embedded-connection';
import { migratePostgres } from '../../src/database/migrations/migrate-postgres';
import { applyMigrations } from '../../src/database/migrations/migrations';
import { createLogger } from '../../src/observability/log';
import { folderOfMigrations, MIGRATION_NAMES } from '../harness/database/migration-folder';
import { freshDatabase, type Own } from '../harness/isolation';
import { waitFor } from '../harness/wait-for';

const NAME = '29990101000000_index';
const INDEX = `-- Of a table that registrations write to.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "built_beside" ON "sales"("amount");`;

describe('a migration that builds an index beside the service', () => {
  let database: Own & { readonly url: string };
  let writer: Client;
  let other: Client;
  let folder: string;
  beforeEach(async () => {
    folder = folderOfMigrations(MIGRATION_NAMES.length, { [NAME]: INDEX });
    database = await freshDatabase();
    await migratePostgres({ connection: { connectionString: database.url } });
    [writer, other] = [await connected(), await connected()];
  });
  afterEach(async () => {
    await Promise.all([writer.end(), other.end()]);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const migrate = (): Promise<void> =>
    migratePostgres({ connection: { connectionString: database.url }, folder });

  async function connected(): Promise<Client> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    return client;
  }

  const sell = (client: Client): Promise<unknown> =>
    client.query(
      `INSERT INTO sales (message_id, store_id, day, amount) VALUES (gen_random_uuid(), gen_random_uuid(), '2026-11-01', 1)`,
    );

  /** Whether PostgreSQL calls the index valid; undefined when it is not there. */
  async function isValid(): Promise<boolean | undefined> {
    const { rows } = await other.query<{ indisvalid: boolean }>(
      `SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('built_beside')`,
    );
    return rows[0]?.indisvalid;
  }

  async function untilBuilding(): Promise<void> {
    const building = `SELECT 1 FROM pg_stat_progress_create_index WHERE relid = 'sales'::regclass AND phase LIKE 'waiting%'`;
    await waitFor(async () => (await other.query(building)).rows.length > 0, {
      what: 'the index to be waiting for a transaction',
      timeoutMs: 20_000,
      everyMs: 20,
    });
  }

  async function expectApplied(): Promise<void> {
    expect(await isValid()).toBe(true);
    const text = `SELECT count(*)::int AS count FROM _prisma_migrations WHERE migration_name = $1 AND finished_at IS NOT NULL`;
    expect((await other.query(text, [NAME])).rows).toEqual([{ count: 1 }]);
  }

  it('lets others write for as long as it takes, and several begin at the same time', async () => {
    await writer.query('BEGIN');
    await sell(writer);
    const migrating = Promise.all([migrate(), migrate(), migrate()]);
    await untilBuilding();
    await other.query(`SET lock_timeout = '2s'`);
    await sell(other);
    // A process of the last release may start, too: it does not know this migration.
    await migratePostgres({ connection: { connectionString: database.url } });
    await writer.query('COMMIT');
    await migrating;
    await expectApplied();
    await migrate();
  });

  it('begins anew where a process has ended within it', async () => {
    await writer.query('BEGIN');
    await sell(writer);
    const outcome = expect(migrate()).rejects.toThrow();
    await untilBuilding();
    await other.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index WHERE relid = 'sales'::regclass`,
    );
    await outcome;
    expect(await isValid()).toBe(false);
    await writer.query('COMMIT');
    await migrate();
    await expectApplied();
  });

  it('leaves nothing behind where it fails: an invalid index that is unique would go on refusing', async () => {
    rmSync(folder, { recursive: true, force: true });
    const unique = 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "built_beside" ON "sales"("amount");';
    folder = folderOfMigrations(MIGRATION_NAMES.length, { [NAME]: unique });
    await sell(writer);
    await sell(writer);
    await expect(migrate()).rejects.toThrow(/UniqueConstraintViolation/);
    expect(await isValid()).toBeUndefined();
    await sell(writer);
  });

  it.each([
    ['was ended', null],
    ['failed', 'canceling statement due to statement timeout'],
  ])("goes on where Prisma's own command %s within it", async (_what, logs) => {
    const checksum = createHash('sha256').update(INDEX).digest('hex');
    await other.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count, logs)
       VALUES (gen_random_uuid()::text, $1, $2, now(), 0, $3)`,
      [checksum, NAME, logs],
    );
    await migrate();
    await expectApplied();
    await migrate();
  });

  it('says that it builds where that takes a while', async () => {
    const lines: string[] = [];
    const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
    await writer.query('BEGIN');
    await sell(writer);
    const migrated = migratePostgres({ connection: { connectionString: database.url }, folder, log });
    await waitFor(
      () => /"index":"built_beside".*building an index beside those who write/.test(lines.join('')),
      {
        what: 'the line that tells of it',
        timeoutMs: 30_000,
      },
    );
    await writer.query('COMMIT');
    await migrated;
    await expectApplied();
  });

  it('finds one that was built by hand ahead of it', async () => {
    await other.query(INDEX);
    await migrate();
    await expectApplied();
  });

  it('waits for one that is being built by hand, and leaves it as it is', async () => {
    const builder = await connected();
    await writer.query('BEGIN');
    await sell(writer);
    const building = builder.query(INDEX);
    await untilBuilding();
    const oid = `SELECT to_regclass('built_beside')::oid AS oid`;
    const before = (await other.query(oid)).rows;
    const migrating = migrate();
    const locked = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = ${INDEX_LOCK % 2 ** 32}`;
    await waitFor(async () => (await other.query(locked)).rows.length > 0, {
      what: 'the start to come to the index',
      timeoutMs: 20_000,
    });
    await writer.query('COMMIT');
    await Promise.all([building, migrating]);
    await expectApplied();
    expect((await other.query(oid)).rows).toEqual(before);
    await builder.end();
  });

  it('builds it in its transaction, embedded', async () => {
    const log = createLogger({ level: 'silent' });
    const connection = await openConnection({
      folder: undefined,
      freeBytes: () => Promise.resolve(Infinity),
      log,
    });
    try {
      await applyMigrations(connection.session);
      expect(await applyMigrations(connection.session, { folder })).toEqual([NAME]);
      const found = await connection.current().queryRaw({
        sql: `SELECT count(*)::int FROM pg_index WHERE indexrelid = to_regclass('built_beside') AND indisvalid`,
        args: [],
        argTypes: [],
      });
      expect(found.rows).toEqual([[1]]);
    } finally {
      await connection.close();
    }
  });
});
