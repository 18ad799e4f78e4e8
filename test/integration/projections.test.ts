import { createBusinessCalendar } from '../../src/domain/calendar';
import { randomUUID } from 'node:crypto';
import { createRandom, type Random } from '../../src/commands/simulator/random';
import { systemClock } from '../../src/runtime/clock';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import {
  distributionCompleted,
  type EventIds,
  eventCreated,
  newEvent,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
} from '../harness/messages';
import { TOPIC_FIXTURES } from '../harness/messages/topic-fixtures';
import { markOf } from '../../src/messaging/source/offset-fence';
import type { BatchPosition } from '../../src/messaging/source/source';
import { TOPICS, type Topic } from '../../src/workers/messages/topics';
import { mostOf } from '../../src/workers/transaction-batch';
import { drawSeed } from '../harness/seeded';
import { batchOf, kindsOf, times } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { lettersIn, numberIn } from '../harness/streams/stored';

const seoul = createBusinessCalendar('Asia/Seoul');

describe.each(BOTH_DATABASES)('batches applied on %s', (_, open) => {
  const statements: string[] = [];
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await open(({ sql }) => statements.push(sql));
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(() => stage.reset());
  afterAll(() => opened.close());

  describe('in a number of statements that does not depend on how many messages there are', () => {
    const events = times(40, newEvent);
    const messageOn = (topic: Topic) => (index: number) =>
      TOPIC_FIXTURES[topic].create(events[index % events.length]!, index);

    it.each(TOPICS)('%s', async (topic) => {
      const statementsOf = async (size: number): Promise<string[]> => {
        await stage.reset();
        statements.length = 0;
        const result = await stage.apply(batchOf(topic, times(size, messageOn(topic))));
        expect(kindsOf(result).filter((kind) => kind === 'rejected')).toEqual([]);
        return [...statements];
      };
      const ofOne = await statementsOf(1);
      expect(ofOne.length).toBeGreaterThan(2);
      const ofMany = await statementsOf(Math.min(1_000, mostOf(topic)));
      // Over several nodes locks are taken node by node.
      expect(opened.database.isDistributed ? [...new Set(ofMany)] : ofMany).toEqual(
        opened.database.isDistributed ? [...new Set(ofOne)] : ofOne,
      );
    });
  });

  it('rejects the one message whose sum leaves 64 bits, and applies the rest of its batch', async () => {
    const { storeId } = newEvent();
    const sale = (amount: number): object => salesRecorded(storeId, amount, { saleDate: '2025-10-20' });
    const before = batchOf('sales.recorded', [sale(1)]);
    await stage.apply(before);
    await opened.database.execute('UPDATE daily_sales SET amount = 9223372036854775807 - 500');
    const batch = batchOf('sales.recorded', [sale(100), sale(5), sale(1_000), sale(-50), sale(7)], {
      from: 1,
      position: { applied: 1n, record: markOf(before.messages[0]!) },
    });
    expect(kindsOf(await stage.apply(batch))).toEqual([
      'applied',
      'applied',
      'rejected',
      'applied',
      'applied',
    ]);
    const letters = await lettersIn(opened.database);
    expect(letters.map(({ offset, reason }) => [offset, reason])).toEqual([
      [3n, expect.stringContaining('64 bits')],
    ]);
    const amount = await numberIn(opened.database, 'SELECT amount AS number FROM daily_sales');
    expect(amount).toBe(9_223_372_036_854_775_807n - 500n + 62n);
    expect(kindsOf(await stage.apply(batch)).filter((kind) => kind !== 'rejected')).toEqual(
      times(5, () => 'skipped'),
    );
  });
});

function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const placed = items.map((item) => ({ item, place: random.next() }));
  return placed.sort((one, other) => one.place - other.place).map(({ item }) => item);
}

describe('three workers on the same events of a PostgreSQL server', () => {
  const events = times(12, newEvent);
  const persons = times(600, (index) =>
    participantRegistered(events[index % 12]!.eventId, { participantId: randomUUID() }),
  );
  const sales = times(120, (index) => salesRecorded(events[index % 12]!.storeId, index));
  let opened: OpenedDatabase;

  beforeAll(async () => {
    opened = await openServer();
  });
  afterAll(() => opened.close());

  /** Messages of all topics about all events, in no order at all; the later ones replace the earlier. */
  function round(random: Random): readonly (readonly [string, readonly object[]])[] {
    const occurredAt = new Date().toISOString();
    const channels = [{ channel: 'Instagram', status: 'SUCCESS', cost: 1 }];
    const ofEach = (make: (event: EventIds) => object): object[] => shuffled(random, events).map(make);
    return shuffled(random, [
      ['event.created', ofEach((event) => eventCreated(event, { occurredAt }))],
      ['participant.registered', shuffled(random, persons).slice(0, 400)],
      [
        'distribution.completed',
        ofEach(({ eventId }) => distributionCompleted(eventId, channels, { occurredAt })),
      ],
      [
        'channel.views-measured',
        ofEach(({ eventId }) => viewsMeasured(eventId, 'Instagram', 7, { measuredAt: occurredAt })),
      ],
      ['sales.recorded', shuffled(random, sales)],
    ]);
  }

  async function work(partition: number, random: Random): Promise<void> {
    const stage = createStreamFixture(opened.database, systemClock);
    const left = new Map<string, Partial<BatchPosition>>();
    const apply = async (topic: string, values: readonly object[], from: number): Promise<void> => {
      const batch = batchOf(topic, values, { from, position: { partition, ...left.get(topic) } });
      expect((await stage.apply(batch)).kind).toBe('done');
      left.set(topic, { applied: batch.position!.nextOffset, record: markOf(batch.messages.at(-1)!) });
    };
    for (let from = 0; from < 12_000; from += 1_000) {
      for (const [topic, values] of round(random)) await apply(topic, values, from);
    }
    await apply('participant.registered', shuffled(random, persons), 12_000);
  }

  it('do not lock each other out, and count exactly', async () => {
    const seed = drawSeed('three workers');
    await Promise.all(
      [0, 1, 2].map((partition) => work(partition, createRandom(seed + partition * 2 ** 32))),
    );
    const { database } = opened;
    expect(await numberIn(database, 'SELECT sum(participants)::bigint AS number FROM event_counts')).toBe(
      600n,
    );
    expect(await numberIn(database, 'SELECT sum(amount)::bigint AS number FROM daily_sales')).toBe(
      (119n * 120n) / 2n,
    );
    const { drifts } = await verifyRollups(database, { limit: 10, calendar: seoul });
    expect(drifts.map(describeDrift)).toEqual([]);
  });
});
