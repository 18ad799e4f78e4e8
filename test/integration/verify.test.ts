import { createBusinessCalendar } from '../../src/domain/calendar';
import { z } from 'zod';
import { systemClock } from '../../src/runtime/clock';
import { describeDrift } from '../../src/workers/verification/compare';
import { createProjections } from '../../src/workers/projections/registry';
import { rollupChecks, verifyRollups } from '../../src/workers/verification/verify';
import { TOPICS } from '../../src/workers/messages/topics';
import { newEvent, participantRegistered } from '../harness/messages';
import { TOPIC_FIXTURES } from '../harness/messages/topic-fixtures';
import { batchOf, kindsOf } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase, openServer } from '../harness/streams/databases';
import { applySmallScenario } from '../harness/streams/small-scenario';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { tablesIn } from '../harness/streams/stored';

const seoul = createBusinessCalendar('Asia/Seoul');

/** The tables that no check of the rollups recomputes, nor recomputes others from, by why none has to. */
const UNCHECKED = {
  rebuiltAsAWhole: ['industry_refreshes', 'industry_stores', 'industry_totals'],
  bookkeeping: [
    'channel_polls',
    'dead_letter_logs',
    'dead_letters',
    'log_gaps',
    'erasures',
    'partition_offsets',
    'partition_progress',
    'platform_states',
    'registration_months',
    'retention',
  ],
};

/** What a rollup is recomputed from. */
const rawRowsOf = (statement: string): string[] =>
  Array.from(statement.matchAll(/\b(?:FROM|JOIN) (\w+)/g), ([, table = '']) => table);

const event = newEvent();
const { eventId, storeId } = event;

describe.each(BOTH_DATABASES)('the verification of all rollups on %s', (_, open) => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    await applySmallScenario(stage, event);
  });
  afterAll(() => opened.close());

  async function verify(limit = 100): Promise<{ lines: string[]; count: number }> {
    const { drifts, count } = await verifyRollups(opened.database, { limit, calendar: seoul });
    return { lines: drifts.map(describeDrift), count };
  }

  it('finds nothing in an untouched database', async () => {
    expect(await verify()).toEqual({ lines: [], count: 0 });
  });

  it('has a check for every table that is not known to need none', async () => {
    const known = rollupChecks(createProjections(seoul, undefined)).flatMap(({ rollup, recomputed }) => [
      rollup,
      ...rawRowsOf(recomputed),
    ]);
    const others = (await tablesIn(opened.database)).filter((table) => !known.includes(table));
    expect(others).toEqual(Object.values(UNCHECKED).flat().sort());
  });

  it('finds every age in the band in which the projection has counted it', async () => {
    const ages = [null, 0, 9, 10, 19, 20, 29, 30, 39, 40, 49, 50, 59, 60, 120];
    const joined = ages.map((age) => participantRegistered(eventId, { age }));
    const batch = batchOf('participant.registered', joined, { position: { partition: 1 } });
    expect(kindsOf(await stage.apply(batch))).toEqual(ages.map(() => 'applied'));
    expect(await verify()).toEqual({ lines: [], count: 0 });
  });

  it.each(TOPICS.flatMap((topic) => TOPIC_FIXTURES[topic].meddlings(event)))(
    'names what was made wrong by $statement',
    async ({ statement, named }) => {
      await opened.database.execute(statement);
      expect(await verify()).toEqual({ lines: named, count: named.length });
    },
  );

  it('names a rollup row that no raw row stands behind', async () => {
    await opened.database.execute('DELETE FROM participants');
    await opened.database.execute('DELETE FROM sales');
    const { lines } = await verify();
    expect(lines).toContain(`event_counts ${eventId} participants: stored 3, recomputed 0`);
    expect(lines).toContain(`daily_sales ${storeId} 2025-10-20 amount: stored 4000, recomputed 0`);
  });

  it('names no more than it was asked to, and counts the others', async () => {
    await opened.database.execute('UPDATE event_profiles SET participants = 50');
    await opened.database.execute('UPDATE daily_sales SET amount = 1');
    const all = await verify();
    expect(await verify(2)).toEqual({ lines: all.lines.slice(0, 2), count: all.lines.length });
    expect(await verify(0)).toEqual({ lines: [], count: all.lines.length });
  });

  it('can only read', async () => {
    const meddle = opened.database.readAtLength((sql) =>
      sql.query(z.object({}), 'UPDATE event_counts SET participants = 0 RETURNING 1'),
    );
    await expect(meddle).rejects.toThrow(/read-only/);
  });
});

describe('the verification of a live database', () => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await openServer();
    stage = createStreamFixture(opened.database, systemClock);
  });
  afterAll(() => opened.close());

  it('sees one moment, from its first statement to its last', async () => {
    const count = z.object({ count: z.bigint() });
    const counts = await opened.database.readAtLength(async (sql) => {
      const before = await sql.query(count, 'SELECT count(*) FROM participants');
      await stage.apply(batchOf('participant.registered', [participantRegistered(eventId)]));
      return [...before, ...(await sql.query(count, 'SELECT count(*) FROM participants'))];
    });
    expect(counts).toEqual([{ count: 0n }, { count: 0n }]);
    const [after] = await opened.database.query(count, 'SELECT count(*) FROM participants');
    expect(after).toEqual({ count: 1n });
    await stage.reset();
  });

  it('takes nothing for drift that is applied in between, and delays no writer', async () => {
    let applied = 0;
    let isOver = false;
    const goOn = async (): Promise<void> => {
      while (!isOver) {
        const batch = Array.from({ length: 20 }, () => participantRegistered(eventId));
        await stage.append('participant.registered', batch);
        applied += batch.length;
      }
    };
    const workers = goOn();
    const before = applied;
    for (let round = 0; round < 4; round += 1) {
      const { drifts } = await verifyRollups(opened.database, { limit: 10, calendar: seoul });
      expect(drifts.map(describeDrift)).toEqual([]);
    }
    isOver = true;
    await workers;
    expect(applied).toBeGreaterThan(before);
  });
});
