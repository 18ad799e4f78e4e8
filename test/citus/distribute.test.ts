import { rmSync } from 'node:fs';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { Database } from '../../src/database/database';
import type { Distribution } from '../../src/database/distribution/distribute';
import { PLACEMENTS } from '../../src/database/distribution/placements';
import { migratePostgres } from '../../src/database/migrations/migrate-postgres';
import { openPostgres } from '../../src/database/postgres';
import { createSettableClock } from '../../src/runtime/clock';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import type { Instant } from '../../src/domain/values';
import { addresses } from '../harness/addresses';
import { folderOfMigrations, MIGRATION_NAMES } from '../harness/database/migration-folder';
import { freshDatabase, type Own } from '../harness/isolation';
import { newEvent } from '../harness/messages';
import { alone, command, databaseOf, workersOf } from '../harness/servers/citus';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { applySmallScenario } from '../harness/streams/small-scenario';

const NOW = Date.now() as Instant;
const calendar = createBusinessCalendar('Asia/Seoul');

describe('the tables of a database on the coordinator of a Citus', () => {
  let own: Own;
  const opened: Database[] = [];

  beforeEach(async () => {
    own = await freshDatabase();
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    await own.drop();
  });

  async function open(distribution: Distribution): Promise<Database> {
    const database = await openPostgres({ url: own.url, distribution, poolSize: 4 });
    opened.push(database);
    return database;
  }

  const stageOver = (database: Database): StreamFixture =>
    createStreamFixture(database, createSettableClock(NOW));

  /** @returns by table what Citus calls its kind */
  async function kinds(): Promise<Record<string, unknown>> {
    const rows = await command(
      own.url,
      'SELECT table_name::text AS name, citus_table_type AS kind FROM citus_tables',
    );
    return Object.fromEntries(rows.map(({ name, kind }): [string, unknown] => [String(name), kind]));
  }

  it('are distributed once, each as it is said, by the first of several processes', async () => {
    await Promise.all([open('citus'), open('citus'), open('citus')]);
    const wanted = Object.entries(PLACEMENTS).flatMap(([table, placement]) => {
      if (placement === 'on the coordinator') return [];
      return [[table, placement === 'on every node' ? 'reference' : 'distributed']];
    });
    expect(await kinds()).toEqual(Object.fromEntries(wanted));
    await open('citus');
  });

  it('keep what was in them before', async () => {
    const event = newEvent();
    const before = await open(undefined);
    await applySmallScenario(stageOver(before), event);
    const shown = await stageOver(before).dashboard(event.eventId);
    expect(shown).toContain(event.eventId);
    await opened.splice(0)[0]?.close();
    const after = await open('citus');
    expect(await stageOver(after).dashboard(event.eventId)).toBe(shown);
    const { drifts } = await verifyRollups(after, { limit: 10, calendar });
    expect(drifts.map(describeDrift)).toEqual([]);
  });

  it('are migrated where they lie', async () => {
    // Each migration since tables may be distributed: Citus does not take every one that one database takes.
    const folder = folderOfMigrations(MIGRATION_NAMES.findIndex((name) => name.endsWith('_top_regions')));
    const connection = { connectionString: own.url };
    await migratePostgres({ connection, folder, distribution: 'citus' });
    rmSync(folder, { recursive: true });
    const event = newEvent();
    await applySmallScenario(stageOver(await open('citus')), event);
    const rows = await command(
      own.url,
      `SELECT count(*)::int AS found FROM run_command_on_shards('event_profiles',
         $$SELECT count(*) FROM pg_index WHERE indrelid = '%s'::regclass AND indpred IS NOT NULL$$) WHERE result <> '1'`,
    );
    expect(rows).toEqual([{ found: 0 }]);
  });

  it('are not used by a process that is not told that they are distributed', async () => {
    await open('citus');
    await expect(open(undefined)).rejects.toThrow(/DATABASE_DISTRIBUTION.*set it to citus/);
  });

  it('are not used where they lie otherwise than they are read', async () => {
    await migratePostgres({ connection: { connectionString: own.url } });
    await command(own.url, `SELECT create_reference_table('events')`);
    await expect(open('citus')).rejects.toThrow(/events .* whole on every node.*by event_id/);
  });

  it('are not distributed while a node has another time zone', async () => {
    const [worker] = await workersOf(addresses().databaseUrl);
    const name = new URL(own.url).pathname.slice(1);
    await command(alone(databaseOf(worker!, name)), `ALTER DATABASE ${name} SET timezone = 'Asia/Seoul'`);
    await expect(open('citus')).rejects.toThrow('has the time zone Asia/Seoul; all of them need UTC');
    expect(await kinds()).toEqual({});
  });
});
