import type { Database } from '../../src/database/database';
import type { Instant } from '../../src/domain/values';
import type { ChangePublisher } from '../../src/messaging/changes/change-publisher';
import { DAY_MS, setUpPolling, TV } from '../harness/polling';
import { counts, createScriptedPlatform, failure, MINUTE_MS } from '../harness/scripted-platform';
import { BOTH_DATABASES } from '../harness/streams/databases';
import { ConnectionLost } from '../harness/streams/failing';

/** A publisher that counts full changes in place of publishing them. */
function countingFullChanges(publisher: ChangePublisher): ChangePublisher & { fullChanges: number } {
  const counting = {
    ...publisher,
    fullChanges: 0,
    publishFullChange: () => {
      counting.fullChanges += 1;
    },
  };
  return counting;
}

describe.each(BOTH_DATABASES)('a poller whose platforms or database fail on %s', (_, open) => {
  const polling = setUpPolling(open);
  const { clock, poll, distributed, viewsOf, until, settled, failingChannels } = polling;

  it('waits for a database that is away, and stores the answers that it has', async () => {
    const platform = createScriptedPlatform(TV, clock);
    let isAway = false;
    let refusals = 0;
    const refused = (): Promise<never> => {
      refusals += 1;
      return Promise.reject(new ConnectionLost());
    };
    const database: Database = {
      ...polling.database,
      transaction: (work) => (isAway ? refused() : polling.database.transaction(work)),
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
    const publisher = countingFullChanges(polling.changePublisher);
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(() => failure('TIMEOUT'));
    for (let index = 0; index < 3; index++) await distributed();
    await poll([platform.polled()], { publisher });
    for (let round = 1; round <= 3; round++) {
      await until('all questions to fail', () => platform.asked.length === 3 * round);
      await until('the failing to be known', async () => (await failingChannels()) === 1);
      clock.advance(MINUTE_MS);
    }
    expect(publisher.fullChanges).toBe(1);
    platform.follow(() => counts(1, clock));
    clock.advance(MINUTE_MS);
    await until('it to answer', async () => (await failingChannels()) === 0);
    await until('that to be said', () => publisher.fullChanges === 2);
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
    const publisher = countingFullChanges(polling.changePublisher);
    await poll([unheard.polled({ concurrency: 1 })], { publisher });
    for (let round = 0; round < 5; round++) {
      clock.advance(MINUTE_MS);
      await settled();
      expect(await failingChannels()).toBe(0);
    }
    expect(unheard.asked.length).toBeGreaterThan(0);
    expect(publisher.fullChanges).toBe(0);
  });

  it('takes a question that could not be put for no answer', async () => {
    const [down, silent] = [createScriptedPlatform(TV, clock), createScriptedPlatform(TV, clock)];
    down.follow(() => failure());
    await distributed();
    const poller = await poll([down.polled()]);
    await until('it to fail', async () => (await failingChannels()) === 1);
    await poller.stop();
    silent.follow(() => ({ kind: 'not_configured' }));
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
    const publisher = countingFullChanges(polling.changePublisher);
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(() => failure());
    await distributed();
    let isLosing = false;
    const database: Database = {
      ...polling.database,
      execute: async (statement, ...values) => {
        const changed = await polling.database.execute(statement, ...values);
        if (!isLosing || !statement.includes("SET status = 'HEALTHY'")) return changed;
        isLosing = false;
        throw new ConnectionLost();
      },
    };
    await poll([platform.polled()], { database, publisher });
    await until('the failing to be said', () => publisher.fullChanges === 1);
    isLosing = true;
    platform.follow(() => counts(1, clock));
    clock.advance(MINUTE_MS);
    await until('the answering to be said', () => publisher.fullChanges === 2);
    expect(await failingChannels()).toBe(0);
  });

  it('forgets how platforms were that are configured no more', async () => {
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(() => failure());
    await distributed();
    const poller = await poll([platform.polled()]);
    await until('it to fail', async () => (await failingChannels()) === 1);
    await poller.stop();
    await poll([]);
    expect(await failingChannels()).toBe(0);
  });
});
