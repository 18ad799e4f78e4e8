import { createBusinessCalendar } from '../../../src/domain/calendar';
import { systemClock } from '../../../src/runtime/clock';
import type { Database } from '../../../src/database/database';
import type { SourceBatch } from '../../../src/messaging/source/source';
import { createBatchApplier } from '../../../src/workers/apply-batch';
import { createMessageReader } from '../../../src/workers/messages/shapes/reader';
import { createProjections } from '../../../src/workers/projections/registry';
import { TEST_DIGESTS } from '../../harness/digests';
import { newEvent, participantRegistered } from '../../harness/messages';
import { type OpenedDatabase, openPglite } from '../../harness/streams/databases';
import { lettersIn } from '../../harness/streams/stored';

describe('one batch over several attempts', () => {
  let opened: OpenedDatabase;
  let database: Database;
  let fullChanges = 0;

  beforeAll(async () => {
    opened = await openPglite();
    database = opened.database;
  });

  afterAll(() => opened.close());

  beforeEach(() => {
    fullChanges = 0;
    return database.execute('TRUNCATE dead_letters');
  });

  function begin(over: Database, batch: SourceBatch) {
    return createBatchApplier({
      database: over,
      projections: createProjections(createBusinessCalendar('Asia/Seoul'), TEST_DIGESTS),
      digests: TEST_DIGESTS,
      readMessage: createMessageReader(new Map()),
      clock: systemClock,
      changePublisher: {
        publish: () => undefined,
        publishFullChange: () => {
          fullChanges += 1;
        },
      },
    })(batch);
  }

  function batchOf(topic: string, from: number, values: readonly unknown[]): SourceBatch {
    return {
      topic: 'participant.registered',
      position: {
        topic,
        partition: 0,
        applied: 0n,
        record: undefined,
        nextOffset: BigInt(from + values.length),
      },
      messages: values.map((value, index) => ({
        offset: BigInt(from + index),
        key: null,
        value: Buffer.from(JSON.stringify(value)),
      })),
      keepAlive: () => Promise.resolve(),
    };
  }

  it('makes a bad message one dead letter, however often the database fails', async () => {
    let failures = 3;
    const flaky: Database = {
      ...database,
      transaction: (work) =>
        failures-- > 0 ? Promise.reject(new Error('away')) : database.transaction(work),
    };
    const attempt = begin(flaky, batchOf('once', 0, [participantRegistered(newEvent().eventId), 'bad']));
    for (let count = 0; count < 3; count += 1) await expect(attempt()).rejects.toThrow('away');
    expect(await lettersIn(database)).toEqual([]);
    expect(await attempt()).toMatchObject({ outcomes: [{ kind: 'applied' }, { kind: 'rejected' }] });
    expect(await lettersIn(database)).toHaveLength(1);
  });

  it('makes no second dead letter of what lies behind the stored offset', async () => {
    await begin(database, batchOf('behind', 0, ['bad', participantRegistered(newEvent().eventId)]))();
    expect(await lettersIn(database)).toHaveLength(1);
    const again = await begin(database, batchOf('behind', 0, ['bad']))();
    expect(again).toEqual({ kind: 'rewind', offset: 2n });
    expect(await lettersIn(database)).toHaveLength(1);
  });

  it('publishes a full change when the answer to a commit was lost', async () => {
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
    expect(fullChanges).toBe(1);
  });
});
