import { z } from 'zod';
import type { Database } from '../../src/database/database';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { Instant } from '../../src/domain/values';
import { createSettableClock, systemClock } from '../../src/runtime/clock';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import {
  eventCreated,
  type EventIds,
  type Fields,
  newEvent,
  participantErased,
  participantRegistered,
  salesRecorded,
} from '../harness/messages';
import { oneOf } from '../harness/messages/traffic';
import { partsIn } from '../harness/months';
import { DAY, HOUR, ZONE } from '../harness/oracle/moments';
import { tick } from '../harness/retention';
import { seededRandom } from '../harness/seeded';
import { kindsOf, times } from '../harness/streams/batches';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { lettersIn, numberIn } from '../harness/streams/stored';

const calendar = createBusinessCalendar(ZONE);
const KEPT_DAYS = 10;
const LASTS_DAYS = 100;
/** It ends now: verification goes by the database's clock. */
const START = (systemClock.now() - LASTS_DAYS * DAY) as Instant;
/** Within the six hours after which the watch would begin anew. */
const TICK_EVERY = 5 * HOUR;
/** What comes no later than that behind an end, or a day, is in time. */
const IN_TIME = 8 * DAY;

interface Running extends EventIds {
  readonly startAt: number;
  readonly endAt: number;
  readonly people: string[];
}

const COUNTS = `
SELECT to_jsonb(c) - '{month,seal_noticed,seal_noticed_at,sealed_at,sealed_sums,emptied_at}'::text[] AS row FROM event_counts AS c
UNION ALL SELECT to_jsonb(c) FROM event_channels AS c UNION ALL SELECT to_jsonb(c) FROM event_hours AS c
UNION ALL SELECT to_jsonb(c) FROM event_profiles AS c UNION ALL SELECT to_jsonb(c) FROM store_events AS c
UNION ALL SELECT to_jsonb(c) FROM daily_sales AS c ORDER BY 1`;

describe('a service through some months', () => {
  const clock = createSettableClock(START);
  const random = seededRandom('a service through some months');
  /** One with RETENTION_DAYS, and one that keeps all rows; both are sent the same. */
  let opened: readonly [OpenedDatabase, OpenedDatabase];
  let stages: readonly StreamFixture[];

  beforeAll(async () => {
    opened = [await openServer(), await openServer()];
    stages = opened.map(({ database }) => createStreamFixture(database, clock));
  });
  afterAll(() => Promise.all(opened.map((each) => each.close())));

  const at = (instant: number): string => new Date(instant).toISOString();
  const inBoth = <T>(of: (database: Database, stage: StreamFixture) => Promise<T>): Promise<T[]> =>
    Promise.all(opened.map(({ database }, index) => of(database, stages[index]!)));
  const rowsOf = (table: string) =>
    inBoth((database) => numberIn(database, `SELECT count(*) AS number FROM ${table}`));

  /** Sent to both, and the outcomes are the same in both. */
  async function send(topic: string, ...messages: readonly Fields[]): Promise<void> {
    const [kept, whole] = await inBoth((_, stage) => stage.append(topic, messages));
    expect(kindsOf(kept!)).toEqual(kindsOf(whole!));
  }

  const tables = async () => (await partsIn(opened[0].database)).map((part) => part.split(' ')[0]!);

  const stores = times(4, () => newEvent().storeId);
  const events: Running[] = [];
  const sales: Fields[] = [];

  async function define(storeId: string, startAt: number, endAt: number): Promise<void> {
    const event = { ...newEvent(), storeId, startAt, endAt, people: [] };
    await send('event.created', definitionOf(event));
    events.push(event);
  }
  const definitionOf = (event: Running): Fields =>
    eventCreated(event, { occurredAt: at(clock.now()), startAt: at(event.startAt), endAt: at(event.endAt) });

  const open = (): Running[] => events.filter(({ endAt }) => endAt > clock.now() - IN_TIME);

  async function register(): Promise<void> {
    const event = oneOf(random, open());
    const fresh = times(random.between(1, 6), () => random.uuid());
    const repeated = event.people.filter(() => random.chance(0.1));
    event.people.push(...fresh);
    const of = (participantId: string): Fields =>
      participantRegistered(event.eventId, { participantId, occurredAt: at(clock.now() - HOUR) });
    await send('participant.registered', ...[...fresh, ...repeated].map(of));
  }

  async function sell(): Promise<void> {
    const day = clock.now() - random.between(0, 5) * DAY;
    const fresh = times(3, () =>
      salesRecorded(oneOf(random, stores), random.between(-5_000, 90_000), {
        occurredAt: at(clock.now()),
        saleDate: at(day).slice(0, 10),
      }),
    );
    const repeated = sales.slice(-2);
    sales.push(...fresh);
    await send('sales.recorded', ...fresh, ...repeated);
  }

  async function extend(): Promise<void> {
    const event = oneOf(random, open());
    const longer = { ...event, endAt: event.endAt + 12 * HOUR };
    events[events.indexOf(event)] = longer;
    await send('event.created', definitionOf(longer));
  }

  async function forget(): Promise<void> {
    const participantId = oneOf(random, oneOf(random, events).people.concat(random.uuid()));
    await send('participant.erased', participantErased({ participantId, occurredAt: at(clock.now()) }));
  }

  async function anything(): Promise<void> {
    if (random.chance(0.1)) {
      const startAt = clock.now() - random.between(0, 30) * HOUR;
      await define(oneOf(random, stores), startAt, startAt + random.between(2, 6) * DAY);
    }
    if (random.chance(0.5)) await register();
    if (random.chance(0.2)) await sell();
    if (random.chance(0.02)) await extend();
    if (random.chance(0.02)) await forget();
  }

  it('shows the same with RETENTION_DAYS as without, and keeps fewer rows', async () => {
    // One runs all the time: it has its store's days, and events of its month, wait.
    await define(stores[0]!, START, START + 2 * LASTS_DAYS * DAY);
    const months: string[] = [];
    for (const until = START + LASTS_DAYS * DAY; clock.now() < until; clock.advance(TICK_EVERY)) {
      await anything();
      // A worker may be stopped whenever it is at it.
      const stopping = random.chance(0.1) ? AbortSignal.timeout(random.between(0, 20)) : undefined;
      await tick(opened[0].database, KEPT_DAYS, { clock, ...(stopping && { stopping }) });
      months.push(...(await tables()).filter((table) => !months.includes(table)));
    }
    for (const { eventId } of events) {
      const [kept, whole] = await inBoth((_, stage) => stage.dashboard(eventId));
      expect(kept).toEqual(whole);
    }
    const [kept, whole] = await inBoth((database) => database.query(z.object({ row: z.unknown() }), COUNTS));
    expect(kept).toEqual(whole);
    const verified = await inBoth((database) => verifyRollups(database, { limit: 10, calendar }));
    expect(verified.flatMap(({ drifts }) => drifts.map(describeDrift))).toEqual([]);
    expect(await lettersIn(opened[0].database)).toEqual([]);

    const counted = { participants: await rowsOf('participants'), sales: await rowsOf('sales') };
    // Up to the 24th of a month that of the month before may wait for its last event: two months of three and a bit.
    expect(Number(counted.participants[0])).toBeLessThan(Number(counted.participants[1]) * 0.8);
    expect(Number(counted.sales[0])).toBeLessThan(Number(counted.sales[1]));
    if (opened[0].database.isDistributed) return;
    // That of what was there before, those of each month since something was sealed, of which the first has left, and the next one's.
    expect(months.length).toBeGreaterThanOrEqual(5);
    expect(await tables()).not.toContain(months[1]);
    expect(await tables()).toEqual([months[0], ...months.slice(-(await tables()).length + 1)]);
  });

  it('refuses then what comes again of what is sealed, and goes on with the rest', async () => {
    const sealed = events.filter(({ endAt, people }) => endAt < clock.now() - 30 * DAY && people.length > 0);
    const [kept] = stages;
    const [first] = sealed;
    const again = participantRegistered(first!.eventId, { participantId: first!.people[0]! });
    const running = participantRegistered(events[0]!.eventId);
    const result = await kept!.append('participant.registered', [again, running]);
    expect(kindsOf(result)).toEqual(['rejected', 'applied']);
  });
});
