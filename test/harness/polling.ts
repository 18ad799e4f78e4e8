import { createBusinessCalendar } from '../../src/domain/calendar';
import { type ChangePublisher, createChangePublisher } from '../../src/messaging/changes/change-publisher';
import { createInProcessCache } from '../../src/cache/in-process';
import { createSettableClock } from '../../src/runtime/clock';
import { createLogger } from '../../src/observability/log';
import { createMetrics } from '../../src/observability/metrics';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import type { Instant } from '../../src/domain/values';
import type { PolledPlatform } from '../../src/workers/polling/channel-poller';
import { createPoller, type Poller } from '../../src/workers/polling/poller';
import { createMessageReader } from '../../src/workers/messages/shapes/reader';
import { createProjections } from '../../src/workers/projections/registry';
import { distributionCompleted, eventCreated, newEvent } from './messages';
import { MINUTE_MS } from './scripted-platform';
import type { OpenedDatabase } from './streams/databases';
import { createStreamFixture, type StreamFixture } from './streams/fixture';
import { numberIn } from './streams/stored';
import { waitFor } from './wait-for';

export const TV = '지니TV';
export const START = Date.parse('2025-10-15T00:00:00Z') as Instant;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const iso = (instant: number): string => new Date(instant).toISOString();

/** Pollers over one database, opened ahead of the tests of a describe and emptied ahead of each. */
export function setUpPolling(open: () => Promise<OpenedDatabase>) {
  const clock = createSettableClock(START);
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  let changePublisher: ChangePublisher;
  const pollers: Poller[] = [];

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, clock);
    changePublisher = createChangePublisher({
      cache: createInProcessCache(),
      notifications: createInProcessNotifications(),
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
      projections: createProjections(createBusinessCalendar('UTC'), undefined),
      digests: undefined,
      readMessage: createMessageReader(new Map()),
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

  async function redistributed(
    eventId: string,
    channels: readonly string[],
    status: string,
    at: number,
    externalId: string | null = null,
  ) {
    const named = channels.map((channel) => ({ channel, status, cost: 1, externalId }));
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

  return {
    clock,
    /** The database, once the tests run. */
    get database() {
      return opened.database;
    },
    get changePublisher() {
      return changePublisher;
    },
    poll,
    send,
    distributed,
    redistributed,
    viewsOf,
    until,
    settled,
    failingChannels,
  };
}
