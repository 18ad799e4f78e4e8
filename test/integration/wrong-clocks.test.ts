import { createSettableClock } from '../../src/runtime/clock';
import type { ChannelName, Instant } from '../../src/domain/values';
import { repairDueTimes } from '../../src/database/polls';
import { claimDue } from '../../src/workers/polling/claims';
import { recordPlatformAnswer, recordPlatformFailure } from '../../src/database/platform-states';
import {
  distributionCompleted,
  eventCreated,
  newEvent,
  participantRegistered,
  salesRecorded,
} from '../harness/messages';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { numberIn } from '../harness/streams/stored';

const TV = '지니TV' as ChannelName;
const NOON = Date.parse('2025-10-15T12:00:00Z') as Instant;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const iso = (instant: number): string => new Date(instant).toISOString();
const times = { occurredAt: iso(NOON), startAt: iso(NOON), endAt: iso(NOON + 10 * DAY_MS) };

describe.each(BOTH_DATABASES)('what a clock two days ahead has left behind in %s', (_, open) => {
  const clock = createSettableClock(NOON);
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, clock);
  });
  beforeEach(async () => {
    clock.set(NOON);
    await stage.reset();
  });
  afterAll(() => opened.close());

  const send = (topic: string, value: object) => stage.append(topic, [value]);
  const ahead = async (work: () => Promise<unknown>): Promise<void> => {
    clock.advance(2 * DAY_MS);
    await work();
    clock.set(NOON);
  };
  const millisecondsOf = (column: string, table: string): Promise<bigint | undefined> =>
    numberIn(
      opened.database,
      `SELECT (extract(epoch FROM ${column}) * 1000)::bigint AS number FROM ${table}`,
    );

  it('no dates of changes: the next commit dates the event, and the store, by the right time', async () => {
    const { eventId, storeId } = newEvent();
    await ahead(async () => {
      await send('participant.registered', participantRegistered(eventId, { occurredAt: iso(NOON) }));
      await send(
        'sales.recorded',
        salesRecorded(storeId, 5, { occurredAt: iso(NOON), saleDate: '2025-10-15' }),
      );
    });
    expect(await millisecondsOf('changed_at', 'event_counts')).toBe(BigInt(NOON + 2 * DAY_MS));
    await send('participant.registered', participantRegistered(eventId, { occurredAt: iso(NOON) }));
    await send(
      'sales.recorded',
      salesRecorded(storeId, 5, { occurredAt: iso(NOON), saleDate: '2025-10-15' }),
    );
    expect(await millisecondsOf('changed_at', 'event_counts')).toBe(BigInt(NOON));
    expect(await millisecondsOf('changed_at', 'store_sales')).toBe(BigInt(NOON));
  });

  it('dates that two commits in a row may differ by stay: a date never goes back for those', async () => {
    const { eventId } = newEvent();
    clock.advance(900);
    await send('participant.registered', participantRegistered(eventId, { occurredAt: iso(NOON) }));
    clock.set(NOON);
    await send('participant.registered', participantRegistered(eventId, { occurredAt: iso(NOON) }));
    expect(await millisecondsOf('changed_at', 'event_counts')).toBe(BigInt(NOON + 900));
  });

  it('no industry averages that pass for fresh', async () => {
    await ahead(() => stage.refreshIndustries());
    expect(await stage.refreshIndustriesOlderThan(MINUTE_MS)).toBe(true);
    expect(await millisecondsOf('refreshed_at', 'industry_refreshes')).toBe(BigInt(NOON));
    expect(await stage.refreshIndustriesOlderThan(MINUTE_MS)).toBe(false);
  });

  it('no questions to platforms that are put off for days; what is put off by right stays so', async () => {
    const running = newEvent();
    const coming = newEvent();
    const over = newEvent();
    const channels = [{ channel: TV, status: 'SUCCESS', cost: 1 }];
    const begins = [
      [running, NOON],
      [coming, NOON + 9 * DAY_MS],
      [over, NOON - 12 * DAY_MS],
    ] as const;
    for (const [event, start] of begins) {
      const span = { startAt: iso(start), endAt: iso(start + 10 * DAY_MS) };
      await send('event.created', eventCreated(event, { ...times, ...span }));
      await send('distribution.completed', distributionCompleted(event.eventId, channels, times));
    }
    const claim = () => claimDue(opened.database, TV, MINUTE_MS, clock.now(), { limit: 10 });
    const heal = () => repairDueTimes(opened.database, TV, { intervalMs: MINUTE_MS, leadMs: 0 }, clock.now());
    expect((await claim()).claims).toHaveLength(2);
    expect(await heal()).toBe(0);
    await ahead(async () => {
      expect((await claim()).claims).toHaveLength(2);
    });
    expect((await claim()).claims).toHaveLength(0);
    expect(await heal()).toBe(2);
    const asked = (await claim()).claims.map(({ question }) => question.eventId);
    expect(asked.sort()).toEqual([running.eventId, over.eventId].sort());
    expect(await heal()).toBe(0);
  });

  it('no answer of a platform that keeps everybody from saying that it fails', async () => {
    const [one, other] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
    await recordPlatformAnswer(opened.database, TV, one, (NOON + 2 * DAY_MS) as Instant);
    const failing = {
      reason: 'TIMEOUT' as const,
      since: NOON,
      seenBy: other,
      unlessAnsweredSince: (NOON - 2 * MINUTE_MS) as Instant,
      latestAnswer: (NOON + MINUTE_MS) as Instant,
    };
    expect(await recordPlatformFailure(opened.database, TV, failing)).toBe(true);
  });
});
