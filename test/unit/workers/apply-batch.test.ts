import { createBusinessCalendar } from '../../../src/metrics/calendar';
import { systemClock } from '../../../src/platform/clock';
import type { Database } from '../../../src/platform/database/database';
import { openEmbedded } from '../../../src/platform/database/embedded';
import type { RejectedMessage, SourceBatch } from '../../../src/platform/source/source';
import { createBatchApplier } from '../../../src/workers/apply-batch';
import { createProjections } from '../../../src/workers/projections/registry';
import { newEvent, participantRegistered } from '../../harness/messages';

describe('one batch over several attempts', () => {
  let database: Database;
  const setAside: RejectedMessage[] = [];
  let announcedEverything = 0;

  beforeAll(async () => {
    database = await openEmbedded({});
  });

  afterAll(() => database.close());

  beforeEach(() => {
    setAside.length = 0;
    announcedEverything = 0;
  });

  function begin(over: Database, batch: SourceBatch) {
    return createBatchApplier({
      database: over,
      projections: createProjections(createBusinessCalendar('Asia/Seoul')),
      clock: systemClock,
      changes: {
        announce: () => undefined,
        announceEverything: () => {
          announcedEverything += 1;
        },
        settled: () => Promise.resolve(),
        stop: () => Promise.resolve(),
      },
    })(batch);
  }

  function batchOf(topic: string, from: number, values: readonly unknown[], isFirst = false): SourceBatch {
    return {
      topic: 'participant.registered',
      position: {
        topic,
        partition: 0,
        nextOffset: BigInt(from + values.length),
        highWatermark: 1_000n,
        isFirst,
      },
      messages: values.map((value, index) => ({
        offset: BigInt(from + index),
        key: null,
        value: Buffer.from(JSON.stringify(value)),
      })),
      setAside: (rejected) => {
        setAside.push(...rejected);
        return Promise.resolve();
      },
      keepAlive: () => Promise.resolve(),
    };
  }

  it('sets a bad message aside once, however often the database fails', async () => {
    let failures = 3;
    const flaky: Database = {
      ...database,
      transaction: (work) =>
        failures-- > 0 ? Promise.reject(new Error('away')) : database.transaction(work),
    };
    const attempt = begin(flaky, batchOf('once', 0, [participantRegistered(newEvent().eventId), 'bad']));
    for (let count = 0; count < 3; count += 1) await expect(attempt()).rejects.toThrow('away');
    expect(await attempt()).toMatchObject({ outcomes: [{ kind: 'applied' }, { kind: 'rejected' }] });
    expect(setAside).toHaveLength(1);
  });

  it('does not set aside again what lies behind the stored offset', async () => {
    await begin(database, batchOf('behind', 0, ['bad', participantRegistered(newEvent().eventId)]))();
    expect(setAside).toHaveLength(1);
    const again = await begin(database, batchOf('behind', 0, ['bad'], true))();
    expect(again).toMatchObject({ outcomes: [{ kind: 'skipped' }] });
    expect(setAside).toHaveLength(1);
  });

  it('has everything announced when a commit may have gone unheard', async () => {
    let isLost = true;
    const losing: Database = {
      ...database,
      async transaction(work) {
        const result = await database.transaction(work);
        if (!isLost) return result;
        isLost = false;
        throw new Error('the answer to COMMIT was lost');
      },
    };
    const attempt = begin(losing, batchOf('lost', 0, [participantRegistered(newEvent().eventId)]));
    await expect(attempt()).rejects.toThrow('lost');
    expect(await attempt()).toMatchObject({ outcomes: [{ kind: 'skipped' }] });
    expect(announcedEverything).toBe(1);
  });

  it('asks whether the partition is still ours before it takes the log for a new one', async () => {
    await begin(database, batchOf('zombie', 100, [participantRegistered(newEvent().eventId)]))();
    const old = batchOf('zombie', 0, [participantRegistered(newEvent().eventId)], true);
    const stale: SourceBatch = {
      ...old,
      position: { ...old.position!, highWatermark: 1n },
      keepAlive: () => Promise.reject(new Error('no longer ours')),
    };
    await expect(begin(database, stale)()).rejects.toThrow('no longer ours');
  });
});
