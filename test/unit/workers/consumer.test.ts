import { createBusinessCalendar } from '../../../src/domain/calendar';
import { createInProcessCache } from '../../../src/cache/in-process';
import { type ChangePublisher, createChangePublisher } from '../../../src/messaging/changes/change-publisher';
import { systemClock } from '../../../src/runtime/clock';
import type { Database } from '../../../src/database/database';
import { createLogger } from '../../../src/observability/log';
import { createMetrics } from '../../../src/observability/metrics';
import { createInProcessNotifications } from '../../../src/messaging/notifications/in-process';
import { createEmbeddedSource } from '../../../src/messaging/source/embedded';
import type { EventId } from '../../../src/domain/values';
import { createConsumer } from '../../../src/workers/consumer';
import { createMessageReader } from '../../../src/workers/messages/shapes/reader';
import { createProjections } from '../../../src/workers/projections/registry';
import { TEST_DIGESTS } from '../../harness/digests';
import { newEvent, participantRegistered } from '../../harness/messages';
import { type OpenedDatabase, openPglite } from '../../harness/streams/databases';
import { ConnectionLost } from '../../harness/streams/failing';
import { participantsOf } from '../../harness/streams/stored';
import { madeOf } from '../../harness/made';

describe('the consumer', () => {
  const publishers: ChangePublisher[] = [];
  let opened: OpenedDatabase;

  beforeAll(async () => {
    opened = await openPglite();
  });
  afterAll(async () => {
    for (const publisher of publishers) await publisher.stop();
    await opened.close();
  });

  function start(database: Database) {
    const log = createLogger({ level: 'silent' });
    const cache = createInProcessCache();
    const source = createEmbeddedSource();
    const notifications = createInProcessNotifications();
    const changePublisher = createChangePublisher({
      cache,
      notifications,
      movedLately: () => Promise.resolve([]),
      log,
    });
    publishers.push(changePublisher);
    const projections = createProjections(createBusinessCalendar('Asia/Seoul'), TEST_DIGESTS);
    const consumer = createConsumer({
      ...{ source, database, projections, changePublisher, log },
      readMessage: createMessageReader(new Map()),
      digests: TEST_DIGESTS,
      clock: systemClock,
      metrics: createMetrics().consuming,
    });
    return { cache, changePublisher, notifications, source, consumer };
  }

  it('waits for a database that is away, and then applies the batch once', async () => {
    const { eventId } = newEvent();
    let refusals = 2;
    const away: Database = {
      ...opened.database,
      transaction: (work) =>
        refusals-- > 0 ? Promise.reject(new ConnectionLost()) : opened.database.transaction(work),
    };
    const { source, consumer } = start(away);
    await consumer.start();
    const outcomes = await source.deliver('participant.registered', [participantRegistered(eventId)]);
    await consumer.stop();
    expect(outcomes).toEqual([{ kind: 'applied' }]);
    expect(refusals).toBe(-1);
    expect(await participantsOf(opened.database, eventId)).toBe(1);
  });

  it('tells of each message what became of it', async () => {
    const { eventId } = newEvent();
    const { source, consumer } = start(opened.database);
    await consumer.start();
    const registration = participantRegistered(eventId);
    const outcomes = await source.deliver('participant.registered', [
      registration,
      'no object',
      registration,
    ]);
    await consumer.stop();
    expect(outcomes).toEqual([
      { kind: 'applied' },
      { kind: 'rejected', reason: 'not a JSON object' },
      { kind: 'duplicate' },
    ]);
  });

  it('takes every event for changed at its start: what was committed last may never have been published', async () => {
    const { cache, changePublisher, notifications, consumer } = start(opened.database);
    const eventId = newEvent().eventId as EventId;
    const lease = await cache.acquire(eventId);
    if (lease === 'taken') throw new Error('The lease is taken.');
    await cache.store(eventId, lease, madeOf(Buffer.from('an old body')), 60_000);
    // With its lease released a body is served for as long as nothing changes, and no longer.
    await cache.release(eventId, lease);
    let gaps = 0;
    notifications.onGap(() => (gaps += 1));
    expect((await cache.read(eventId)).bytes).toBeDefined();
    await consumer.start();
    await changePublisher.flush();
    expect((await cache.read(eventId)).bytes).toBeUndefined();
    expect(gaps).toBe(1);
    await consumer.stop();
  });

  it('is well only while it takes messages', async () => {
    const { consumer } = start(opened.database);
    expect(() => consumer.check()).toThrow('idle');
    await consumer.start();
    expect(() => consumer.check()).not.toThrow();
    await consumer.stop();
    expect(() => consumer.check()).toThrow('stopped');
  });
});
