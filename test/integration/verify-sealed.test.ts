import { sealEvents, dueEventsAfter, noticeEvents } from '../../src/database/sealed-events';
import { compareRollup } from '../../src/database/verification/compare-rollup';
import { sealedChecks } from '../../src/database/verification/sealed';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { EventId, Instant } from '../../src/domain/values';
import { systemClock } from '../../src/runtime/clock';
import { createProjections } from '../../src/workers/projections/registry';
import { describeDrift } from '../../src/workers/verification/compare';
import { rollupChecks, SLICES, verifyRollups } from '../../src/workers/verification/verify';
import {
  distributionCompleted,
  eventCreated,
  newEvent,
  participantRegistered,
  salesRecorded,
} from '../harness/messages';
import { ZONE } from '../harness/oracle/moments';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';

const calendar = createBusinessCalendar(ZONE);
const DIGEST = '[0-9a-f]{32}';

describe.each(BOTH_DATABASES)('the verification of sealed events, on %s', (_, open) => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  const [event, empty] = [newEvent(), newEvent()];
  const eventId = event.eventId as EventId;

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    const registrations = [1, 2].map(() => participantRegistered(eventId));
    await stage.append('participant.registered', registrations);
    await stage.append('event.created', [eventCreated(event), eventCreated(empty)]);
    const nobody = [{ channel: 'Instagram', status: 'SUCCESS', cost: 1 }];
    await stage.append('distribution.completed', [distributionCompleted(empty.eventId, nobody)]);
    await stage.append('sales.recorded', [salesRecorded(event.storeId, 1_000)]);
  });
  afterAll(() => opened.close());

  const run = (statement: string) => opened.database.execute(statement, eventId);
  const drifts = async () => (await verifyRollups(opened.database, { limit: 20, calendar })).drifts;
  const lines = async () => (await drifts()).map(describeDrift);

  /** Both events, as they are; their rows stay. */
  async function seal(): Promise<void> {
    const now = systemClock.now();
    await opened.database.transaction(async (sql) => {
      await noticeEvents(sql, [eventId, empty.eventId as EventId], now);
      const due = { endedBefore: Date.UTC(9999, 0) as Instant, noticedBefore: now, refusedBefore: now };
      expect(await sealEvents(sql, await dueEventsAfter(sql, null, due, 10), now)).toBe(2);
    });
  }

  it('finds nothing where they are as they were, whether anybody had come or not, with their rows and without', async () => {
    await seal();
    expect(await lines()).toEqual([]);
    await run('DELETE FROM participants WHERE event_id = $1::uuid');
    expect(await lines()).toEqual([]);
    const channels = [{ channel: '지니TV', status: 'SUCCESS', cost: 70_000 }];
    await stage.append('distribution.completed', [
      distributionCompleted(eventId, channels),
      distributionCompleted(empty.eventId, channels),
    ]);
    expect(await lines()).toEqual([]);
  });

  it.each([
    ['counts', 'UPDATE event_counts SET participants = participants + 1 WHERE event_id = $1::uuid'],
    ['counts', 'UPDATE event_counts SET new_customers = 77 WHERE event_id = $1::uuid'],
    ['channels', 'UPDATE event_channels SET participants = participants + 1 WHERE event_id = $1::uuid'],
    ['channels', 'DELETE FROM event_channels WHERE event_id = $1::uuid'],
    ['hours', `UPDATE event_hours SET hour = '2025-01-01T00:00:00Z' WHERE event_id = $1::uuid`],
    ['traits', `DELETE FROM event_profiles WHERE event_id = $1::uuid AND dimension = 'GENDER'`],
  ])('says that the %s differ: %s', async (figure, meddle) => {
    await seal();
    await run('DELETE FROM participants WHERE event_id = $1::uuid');
    await run(meddle);
    expect(await lines()).toEqual([
      expect.stringMatching(
        `^event_counts ${eventId} \\(sealed\\) ${figure}: stored ${DIGEST}, recomputed ${DIGEST}$`,
      ),
    ]);
  });

  it.each([
    { name: 'a day ago, in no month', sealed: '25 hours', month: 0, isEmptied: false, isNamed: true },
    { name: 'today, in no month', sealed: '23 hours', month: 0, isEmptied: false, isNamed: false },
    { name: 'a month ago', sealed: '34 days', month: 202_611, isEmptied: false, isNamed: true },
    { name: 'lately, in a month', sealed: '32 days', month: 202_611, isEmptied: false, isNamed: false },
    { name: 'lately, and had no row', sealed: '1 hour', month: 202_611, isEmptied: true, isNamed: true },
  ])('names rows of what was sealed $name: $isNamed', async ({ sealed, month, isEmptied, isNamed }) => {
    await seal();
    await run(
      `UPDATE event_counts SET sealed_at = now() - interval '${sealed}', month = ${month},
         emptied_at = ${isEmptied ? 'now()' : 'NULL'} WHERE event_id = $1::uuid`,
    );
    expect(await lines()).toEqual(
      isNamed ? [`participants ${eventId} (sealed): stored 0, recomputed 2`] : [],
    );
  });

  it('says the same of one event, or store, alone as of a slice', async () => {
    await seal();
    await run(
      `UPDATE event_counts SET participants = 9, sealed_at = now() - interval '2 days' WHERE event_id = $1::uuid`,
    );
    await run('UPDATE event_counts SET sealed_at = NULL WHERE event_id <> $1::uuid');
    await opened.database.execute('UPDATE event_hours SET participants = 5');
    await opened.database.execute('UPDATE daily_sales SET amount = 5');
    await opened.database.execute('UPDATE store_events SET start_at = now()');
    const checks = [...rollupChecks(createProjections(calendar, undefined)), ...sealedChecks];
    let found = 0;
    for (const check of checks) {
      const ask = (first: string, last: string) =>
        compareRollup(opened.database, check, { first, last }, 100);
      const [first, last] = [SLICES[0]!.first, SLICES.at(-1)!.last];
      const all = await ask(first, last);
      const alone = [];
      for (const id of [eventId, empty.eventId, event.storeId, empty.storeId])
        alone.push(...(await ask(id, id)));
      const named = (rows: typeof all) => rows.map(({ place, figure }) => `${place} ${figure}`).sort();
      expect({ rollup: check.rollup, named: named(alone) }).toEqual({
        rollup: check.rollup,
        named: named(all),
      });
      found += all.length;
    }
    expect(found).toBeGreaterThan(4);
  });
});
