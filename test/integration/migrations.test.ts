import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { migratePostgres } from '../../src/database/migrations/migrate-postgres';
import { MIGRATIONS_FOLDER } from '../../src/database/migrations/migrations';
import { folderOfMigrations, MIGRATION_NAMES } from '../harness/database/migration-folder';
import { freshDatabase, type Own } from '../harness/isolation';
import { createRestorableDatabase } from '../harness/restorable-database';
import { waitFor } from '../harness/wait-for';

jest.setTimeout(300_000);

const scriptOf = (name: string): string =>
  readFileSync(path.join(MIGRATIONS_FOLDER, name, 'migration.sql'), 'utf8');
/** As versions up to 0.5 took a script apart. */
const statementsOf = (name: string): string[] =>
  scriptOf(name)
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

describe('migrations on PostgreSQL', () => {
  const own: Own[] = [];
  const clients: Client[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await Promise.all(own.splice(0).map((database) => database.drop()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  async function newDatabase(): Promise<string> {
    const database = await freshDatabase();
    own.push(database);
    return database.url;
  }

  async function connect(url: string): Promise<Client> {
    const client = new Client({ connectionString: url });
    clients.push(client);
    await client.connect();
    return client;
  }

  function folderOf(count: number, others?: Readonly<Record<string, string>>): string {
    const folder = folderOfMigrations(count, others);
    folders.push(folder);
    return folder;
  }

  const migrate = (url: string, folder?: string): Promise<void> =>
    migratePostgres({ connection: { connectionString: url }, ...(folder !== undefined && { folder }) });

  async function shapeOf(client: Client): Promise<unknown> {
    const columns = `SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
      WHERE table_schema = 'public' ORDER BY 1, 2`;
    const indexes = `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`;
    const labels = `SELECT t.typname, e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid ORDER BY 1, e.enumsortorder`;
    return Promise.all(
      [columns, indexes, labels].map(async (text) => (await client.query(text)).rows as unknown),
    );
  }

  async function expectComplete(client: Client): Promise<void> {
    const { rows } = await client.query(
      `SELECT migration_name, checksum, applied_steps_count, finished_at IS NOT NULL AS finished, rolled_back_at
       FROM _prisma_migrations ORDER BY started_at`,
    );
    expect(rows).toEqual(
      MIGRATION_NAMES.map((name) => ({
        migration_name: name,
        checksum: createHash('sha256').update(scriptOf(name)).digest('hex'),
        applied_steps_count: 1,
        finished: true,
        rolled_back_at: null,
      })),
    );
  }

  /** What a process of version 0.5 left that was killed after so many statements of a migration. */
  async function leaveUnfinished(
    client: Client,
    name: string,
    statements: number,
    logs: string | null = null,
  ) {
    const checksum = createHash('sha256').update(scriptOf(name)).digest('hex');
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) VALUES (gen_random_uuid(), $1, $2, $3)`,
      [checksum, name, logs],
    );
    for (const statement of statementsOf(name).slice(0, statements)) await client.query(statement);
  }

  /** As Prisma's engine makes it. */
  const HISTORY = `CREATE TABLE _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

  it('complete what version 0.5 left half done, wherever it was killed', async () => {
    const whole = await newDatabase();
    await migrate(whole);
    const expected = await shapeOf(await connect(whole));
    const [first = '', second = ''] = MIGRATION_NAMES;
    const last = statementsOf(first).length;
    const moments: [name: string, before: number, statements: number][] = [
      ...[0, 1, 2, Math.floor(last / 2), last - 1, last].map((count): [string, number, number] => [
        first,
        0,
        count,
      ]),
      ...Array.from({ length: statementsOf(second).length + 1 }, (_, count): [string, number, number] => [
        second,
        1,
        count,
      ]),
    ];
    for (const [name, before, statements] of moments) {
      const url = await newDatabase();
      const client = await connect(url);
      if (before === 0) await client.query(HISTORY);
      else await migrate(url, folderOf(before));
      await leaveUnfinished(client, name, statements);
      await migrate(url);
      await expectComplete(client);
      expect(await shapeOf(client)).toEqual(expected);
    }
  });

  it('move what the second migration moves once, whether or not it was done', async () => {
    const [, second = ''] = MIGRATION_NAMES;
    const all = statementsOf(second).length;
    for (const statements of [all - 1, all]) {
      const url = await newDatabase();
      const client = await connect(url);
      await migrate(url, folderOf(1));
      await client.query(`INSERT INTO events (event_id, store_id, title, industry, target_goal, start_at, end_at, prize_cost,
        other_costs, new_customer_ltv, defined_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 'title', '카페', 1, now(), now(), 0, 0, 0, now()`);
      await client.query(
        `INSERT INTO event_channels (event_id, channel, status) SELECT event_id, 'Instagram', 'SUCCESS' FROM events`,
      );
      await leaveUnfinished(client, second, statements);
      await migrate(url);
      expect((await client.query('SELECT channel FROM channel_polls')).rows).toEqual([
        { channel: 'Instagram' },
      ]);
    }
  });

  it('refuse what cannot be told, and say what to do', async () => {
    const [first = ''] = MIGRATION_NAMES;
    const url = await newDatabase();
    const client = await connect(url);
    await client.query(HISTORY);
    await leaveUnfinished(client, first, 2, 'type "distribution_status" already exists');
    const refusal = migrate(url);
    await expect(refusal).rejects.toThrow(/already exists/);
    await expect(refusal).rejects.toThrow(/backup.*undo by hand.*DELETE FROM _prisma_migrations/);
    await client.query(`UPDATE _prisma_migrations SET logs = NULL, checksum = 'another'`);
    await expect(migrate(url)).rejects.toThrow(/another one/);
  });

  it('distribute nothing where there is no Citus, and say what is missing', async () => {
    // On the run's own server, but not made as one that has the extension.
    const database = await createRestorableDatabase();
    own.push(database);
    const { url } = database;
    await expect(
      migratePostgres({ connection: { connectionString: url }, distribution: 'citus' }),
    ).rejects.toThrow(/DATABASE_DISTRIBUTION is citus.*CREATE EXTENSION citus.*citus_add_node/);
    await migratePostgres({ connection: { connectionString: url } });
  });

  it('are applied once by processes that start at the same time', async () => {
    const url = await newDatabase();
    await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
    await expectComplete(await connect(url));
  });

  it('leave nothing of one that failed, or lost its connection', async () => {
    const url = await newDatabase();
    const client = await connect(url);
    await migrate(url);
    const failing = folderOf(MIGRATION_NAMES.length, {
      '29990101000000_bad': 'CREATE TABLE half (id INT); SELECT 1 / 0;',
    });
    await expect(migrate(url, failing)).rejects.toThrow(/division by zero/);
    const slow = folderOf(MIGRATION_NAMES.length, {
      '29990101000000_slow': 'CREATE TABLE half (id INT); SELECT pg_sleep(60);',
    });
    const lost = migrate(url, slow);
    const outcome = expect(lost).rejects.toThrow();
    await waitFor(
      async () => {
        const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()`;
        return (await client.query(text)).rows.length > 0;
      },
      { what: 'the slow migration to run', timeoutMs: 20_000 },
    );
    await outcome;
    expect((await client.query(`SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }]);
    await expectComplete(client);
    await migrate(url);
  });
});
