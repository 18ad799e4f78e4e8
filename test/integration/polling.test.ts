import { createBusinessCalendar } from '../../src/domain/calendar';
import { type ChangePublisher, createChangePublisher } from '../../src/messaging/changes/change-publisher';
import { createInProcessCache } from '../../src/cache/in-process';
import { createSettableClock } from '../../src/runtime/clock';
import type { Database } from '../../src/database/database';
import { createLogger } from '../../src/observability/log';
import { createMetrics } from '../../src/observability/metrics';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import type { EventId, Instant } from '../../src/domain/values';
import type { PolledPlatform } from '../../src/workers/polling/channel-poller';
import { createPoller, type Poller } from '../../src/workers/polling/poller';
import { createProjections } from '../../src/workers/projections/registry';
import { distributionCompleted, eventCreated, newEvent } from '../harness/messages';
import { counts, createScriptedPlatform, failure, MINUTE_MS, timesAsked } from '../harness/scripted-platform';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { ConnectionLost } from '../harness/streams/failing';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { numberIn } from '../harness/streams/stored';
import { waitFor } from '../harness/wait-for';

const TV = '지니TV';
const START = Date.parse('2025-10-15T00:00:00Z') as Instant;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const iso = (instant: number): string => new Date(instant).toISOString();

describe.each(BOTH_DATABASES)('polling on %s', (_, open) => {
  const clock = createSettableClock(START);
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  let changePublisher: ChangePublisher;
  let pollers: Poller[] = [];

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, clock);
    changePublisher = createChangePublisher({
      cache: createInProcessCache(),
      notifications: createInProcessNotifications(),
      eventsOf: () => Promise.resolve([]),
      movedLately: () => Promise.resolve([]),
      log: createLogger({ level: 'silent' }),
    });
  }, 60_000);
  beforeEach(async () => {
    clock.set(START);
    await stage.reset();
  });
  afterEach(async () => {
    await Promise.all(pollers.splice(0).map((poller) => poller.stop()));
  });
  afterAll(async () => {
    await changePublisher.stop();
    await opened.close();
  });

  async function poll(
    platforms: readonly PolledPlatform[],
    { database = opened.database, publisher = changePublisher } = {},
  ): Promise<Poller> {
    const poller = createPoller({
      ...{ platforms, database, clock, changePublisher: publisher, tickMs: 5, drainTimeoutMs: 50 },
      projections: createProjections(createBusinessCalendar('UTC')),
      metrics: createMetrics().polling,
      log: createLogger({ level: 'silent' }),
    });
    pollers.push(poller);
    await poller.start();
    return poller;
  }

  const send = (topic: string, value: object) => stage.append(topic, [value]);

  /** An event that runs for a day from the start, unless it is said to begin later. */
  async function distributed(channels: readonly string[] = [TV], startsInMs = 0, status = 'SUCCESS') {
    const ids = newEvent();
    const startAt = iso(START + startsInMs);
    const endAt = iso(START + startsInMs + DAY_MS);
    await send('event.created', eventCreated(ids, { startAt, endAt, occurredAt: iso(START) }));
    await redistributed(ids.eventId, channels, status, START);
    return ids.eventId;
  }

  async function redistributed(eventId: string, channels: readonly string[], status: string, at: number) {
    const named = channels.map((channel) => ({ channel, status, cost: 1 }));
    await send('distribution.completed', distributionCompleted(eventId, named, { occurredAt: iso(at) }));
  }

  const viewsOf = (eventId: string, channel = TV): Promise<bigint | undefined> =>
    numberIn(
      opened.database,
      'SELECT views AS number FROM event_channels WHERE event_id = $1::uuid AND channel = $2',
      eventId,
      channel,
    );
  const until = (what: string, condition: () => unknown): Promise<unknown> =>
    waitFor(async () => Boolean(await condition()), { what, timeoutMs: 10_000, everyMs: 5 });
  /** Everything due has been examined once the next poll is over. */
  const settled = (): Promise<unknown> =>
    until('nothing to be due', async () => {
      const due = 'SELECT count(*) AS number FROM channel_polls WHERE due_at <= $1::timestamptz';
      return (await numberIn(opened.database, due, iso(clock.now()))) === 0n;
    });
  const failingChannels = async (): Promise<number> =>
    Number(
      await numberIn(
        opened.database,
        "SELECT count(*) AS number FROM platform_states WHERE status = 'FAILING'",
      ),
    );

  it('stores what the platform answers, and asks again once the interval is over', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const eventId = await distributed();
    await poll([platform.polled()]);
    await until('the first views', async () => (await viewsOf(eventId)) === 100n);
    expect(platform.asked).toEqual([{ eventId, channel: TV, startAt: START, endAt: START + DAY_MS }]);
    platform.follow(() => counts(250, clock));
    clock.advance(MINUTE_MS - 1);
    await settled();
    expect(platform.asked).toHaveLength(1);
    clock.advance(1);
    await until('the next views', async () => (await viewsOf(eventId)) === 250n);
    expect(platform.asked).toHaveLength(2);
  });

  it('begins with the start of an event, whichever of its messages came first', async () => {
    const platform = createScriptedPlatform(TV, clock);
    await poll([platform.polled()]);
    const ahead = await distributed([TV], HOUR_MS);
    const late = newEvent();
    await redistributed(late.eventId, [TV], 'SUCCESS', START);
    await settled();
    expect(platform.asked).toEqual([]);
    clock.advance(HOUR_MS);
    await until('the one that has begun', () => platform.asked.length === 1);
    const startAt = iso(START);
    await send(
      'event.created',
      eventCreated(late, { startAt, endAt: iso(START + DAY_MS), occurredAt: startAt }),
    );
    await until('the one that is known now', () => platform.asked.length === 2);
    expect(platform.asked.map(({ eventId }) => eventId)).toEqual([ahead, late.eventId]);
  });

  it('asks only where the latest distribution succeeded, and only about channels that are configured', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const [failed, moved] = [await distributed([TV], 0, 'FAILED'), await distributed()];
    await distributed(['Instagram']);
    await redistributed(moved, [TV], 'FAILED', START + 1);
    await poll([platform.polled()]);
    await until('what failed to be forgotten', async () => {
      const left = 'SELECT count(*) AS number FROM channel_polls WHERE channel = $1';
      return (await numberIn(opened.database, left, TV)) === 0n;
    });
    expect(platform.asked).toEqual([]);
    await redistributed(failed, [TV], 'SUCCESS', START + 2);
    await until('what succeeded at last', () => platform.asked.length > 0);
    expect(platform.asked).toMatchObject([{ eventId: failed }]);
  });

  it('is not asked more often because the event is defined or distributed again', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const eventId = await distributed();
    await poll([platform.polled()]);
    await until('the first question', () => platform.asked.length === 1);
    clock.advance(1);
    await redistributed(eventId, [TV], 'SUCCESS', clock.now());
    await settled();
    expect(platform.asked).toHaveLength(1);
  });

  it('leaves an event alone 30 days after its end', async () => {
    const platform = createScriptedPlatform(TV, clock);
    await distributed();
    clock.advance(32 * DAY_MS);
    await poll([platform.polled()]);
    await settled();
    expect(await numberIn(opened.database, 'SELECT count(*) AS number FROM channel_polls')).toBe(0n);
    expect(platform.asked).toEqual([]);
  });

  it('takes no more at a time than the platform is to be asked', async () => {
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(() => 'hang');
    for (let index = 0; index < 6; index++) await distributed();
    await poll([platform.polled({ concurrency: 4 })]);
    await until('four questions', () => platform.asked.length >= 4);
    platform.follow(() => counts(1, clock));
    platform.stop();
    await until('the rest', () => platform.asked.length >= 6);
    expect(timesAsked(platform).size).toBe(6);
    expect(platform.asked).toHaveLength(6);
  });

  it('goes on with the other platforms while one hangs', async () => {
    const [hanging, well] = [createScriptedPlatform('Instagram', clock), createScriptedPlatform(TV, clock)];
    hanging.follow(() => 'hang');
    const eventId = await distributed(['Instagram', TV]);
    await poll([hanging.polled({ concurrency: 1 }), well.polled()]);
    await until('the one to hang', () => hanging.asked.length === 1);
    for (let round = 1; round <= 3; round++) {
      await until(`the other's question ${round}`, () => well.asked.length === round);
      clock.advance(MINUTE_MS);
    }
    expect(await viewsOf(eventId, 'Instagram')).toBeUndefined();
  });

  it('takes a question back that the platform did not want, and asks it as soon as it may', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const until10 = (START + 10_000) as Instant;
    platform.follow(() => ({ kind: 'postponed', until: until10 }));
    const eventId = await distributed();
    await poll([platform.polled()]);
    await until('the question to be postponed', () => platform.asked.length === 1);
    await until('it to be given back', async () => {
      const never = 'SELECT count(*) AS number FROM channel_polls WHERE asked_at IS NULL';
      return (await numberIn(opened.database, never)) === 1n;
    });
    platform.follow(() => counts(7, clock));
    expect(platform.asked).toHaveLength(1);
    clock.set(until10);
    await until('the views', async () => (await viewsOf(eventId)) === 7n);
    expect(platform.asked).toHaveLength(2);
  });

  it('gives back at its end what is not answered in time, so that another can ask at once', async () => {
    const [dying, heir] = [createScriptedPlatform(TV, clock), createScriptedPlatform(TV, clock)];
    dying.follow(() => 'hang');
    const eventId = await distributed();
    const first = await poll([dying.polled()]);
    await until('the question', () => dying.asked.length === 1);
    await first.stop();
    pollers = [];
    await poll([heir.polled()]);
    await until('the views', async () => (await viewsOf(eventId)) === 100n);
  });

  it('loses one asking when a worker dies over it, and no more', async () => {
    const [dying, heir] = [createScriptedPlatform(TV, clock), createScriptedPlatform(TV, clock)];
    dying.follow(() => 'hang');
    await distributed();
    await poll([dying.polled({ concurrency: 1 })]);
    await until('the question', () => dying.asked.length === 1);
    // Never heard of again: its only place is taken by a question that is never answered.
    await poll([heir.polled()]);
    clock.advance(MINUTE_MS);
    await until('the other to ask', () => heir.asked.length === 1);
  });

  it('waits for a database that is away, and stores the answers that it has', async () => {
    const platform = createScriptedPlatform(TV, clock);
    let isAway = false;
    let refusals = 0;
    const refused = (): Promise<never> => {
      refusals += 1;
      return Promise.reject(new ConnectionLost());
    };
    const database: Database = {
      ...opened.database,
      transaction: (work) => (isAway ? refused() : opened.database.transaction(work)),
    };
    platform.follow(() => {
      isAway = true;
      return counts(42, clock);
    });
    const eventId = await distributed();
    const poller = await poll([platform.polled()], { database });
    await until('three failed attempts', () => refusals >= 3);
    expect(() => poller.check()).toThrow(TV);
    isAway = false;
    await until('the views', async () => (await viewsOf(eventId)) === 42n);
    expect(platform.asked).toHaveLength(1);
    await until('it to be well again', () => {
      poller.check();
      return true;
    });
  });

  it('says that a platform fails, and that it answers again, once each', async () => {
    let published = 0;
    const publisher: ChangePublisher = {
      ...changePublisher,
      publishFullChange: () => {
        published += 1;
      },
    };
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(() => failure('TIMEOUT'));
    for (let index = 0; index < 3; index++) await distributed();
    await poll([platform.polled()], { publisher });
    for (let round = 1; round <= 3; round++) {
      await until('all questions to fail', () => platform.asked.length === 3 * round);
      await until('the failing to be known', async () => (await failingChannels()) === 1);
      clock.advance(MINUTE_MS);
    }
    expect(published).toBe(1);
    platform.follow(() => counts(1, clock));
    clock.advance(MINUTE_MS);
    await until('it to answer', async () => (await failingChannels()) === 0);
    await until('that to be said', () => published === 2);
  });

  it('believes a worker that the platform answers more than one that it does not', async () => {
    const [answered, unheard] = [createScriptedPlatform(TV, clock), createScriptedPlatform(TV, clock)];
    let lastTriedAt = 0;
    unheard.follow(() => {
      const hasTried = lastTriedAt === clock.now();
      lastTriedAt = clock.now();
      return hasTried
        ? { kind: 'postponed', until: (lastTriedAt + MINUTE_MS) as Instant }
        : failure('UNREACHABLE');
    });
    for (let index = 0; index < 8; index++) await distributed();
    await poll([answered.polled({ concurrency: 1 })]);
    await until('an answer', () => answered.asked.length > 0);
    await settled();
    let published = 0;
    const publisher: ChangePublisher = {
      ...changePublisher,
      publishFullChange: () => {
        published += 1;
      },
    };
    await poll([unheard.polled({ concurrency: 1 })], { publisher });
    for (let round = 0; round < 5; round++) {
      clock.advance(MINUTE_MS);
      await settled();
      expect(await failingChannels()).toBe(0);
    }
    expect(unheard.asked.length).toBeGreaterThan(0);
    expect(published).toBe(0);
  });

  it('takes a question that could not be put for no answer', async () => {
    const [down, silent] = [createScriptedPlatform(TV, clock), createScriptedPlatform(TV, clock)];
    down.follow(() => failure());
    await distributed();
    const poller = await poll([down.polled()]);
    await until('it to fail', async () => (await failingChannels()) === 1);
    await poller.stop();
    pollers = [];
    silent.follow(() => ({ kind: 'unnamed' }));
    await poll([silent.polled()]);
    for (let round = 1; round <= 2; round++) {
      clock.advance(MINUTE_MS);
      await until('the question', () => silent.asked.length === round);
    }
    expect(await failingChannels()).toBe(1);
  });

  it('notices that a platform answers again though everything that it is asked about has ended', async () => {
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(() => failure());
    const eventId = await distributed();
    clock.advance(10 * DAY_MS);
    await poll([platform.polled()]);
    await until('it to fail', async () => (await failingChannels()) === 1);
    clock.advance(MINUTE_MS);
    await until('it to be asked again', () => platform.asked.length === 2);
    platform.follow(() => counts(30, clock));
    clock.advance(MINUTE_MS);
    await until('the views', async () => (await viewsOf(eventId)) === 30n);
    await until('it to be well', async () => (await failingChannels()) === 0);
    // Now that it answers, what has ended is asked about as seldom as ever.
    clock.advance(DAY_MS - 1);
    await settled();
    expect(platform.asked).toHaveLength(3);
  });

  it('says what may have changed though the database was lost over it', async () => {
    let published = 0;
    const publisher: ChangePublisher = {
      ...changePublisher,
      publishFullChange: () => {
        published += 1;
      },
    };
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(() => failure());
    await distributed();
    let isLosing = false;
    const database: Database = {
      ...opened.database,
      execute: async (statement, ...values) => {
        const changed = await opened.database.execute(statement, ...values);
        if (!isLosing || !statement.includes("SET status = 'HEALTHY'")) return changed;
        isLosing = false;
        throw new ConnectionLost();
      },
    };
    await poll([platform.polled()], { database, publisher });
    await until('the failing to be said', () => published === 1);
    isLosing = true;
    platform.follow(() => counts(1, clock));
    clock.advance(MINUTE_MS);
    await until('the answering to be said', () => published === 2);
    expect(await failingChannels()).toBe(0);
  });

  it('forgets how platforms were that are configured no more', async () => {
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(() => failure());
    await distributed();
    const poller = await poll([platform.polled()]);
    await until('it to fail', async () => (await failingChannels()) === 1);
    await poller.stop();
    pollers = [];
    await poll([]);
    expect(await failingChannels()).toBe(0);
  });

  it('sets aside an answer that cannot be stored, and no other', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const [bad, good] = [await distributed(), await distributed()];
    platform.follow(({ eventId }) => counts(eventId === (bad as EventId) ? -1 : 5, clock));
    await poll([platform.polled()]);
    await until('the good one', async () => (await viewsOf(good)) === 5n);
    expect(await viewsOf(bad)).toBeUndefined();
  });
});
