import fc from 'fast-check';
import { markOf } from '../../../src/messaging/source/offset-fence';
import type { Outcome, SourceBatch, RecordMark } from '../../../src/messaging/source/source';
import { TOPICS } from '../../../src/workers/messages/topics';
import type { Arrival, Stream } from '../streams';
import type { Apply, StreamFixture } from './fixture';

/** One way of cutting a stream into batches. */
export interface Cutting {
  /** How many messages arrive between two fetches; the list is repeated. */
  readonly sizes: readonly number[];
  /** The order of a fetch's topics: topics have no order among each other. */
  readonly topics: readonly Arrival['topic'][];
  /** Whether a batch is delivered again, as after a rebalance; repeated likewise. */
  readonly again: readonly boolean[];
  /** Whether events are settled after a fetch; repeated likewise. */
  readonly settles: readonly boolean[];
}

export const anyCutting: fc.Arbitrary<Cutting> = fc.record({
  sizes: fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 80 })), {
    minLength: 1,
    maxLength: 6,
  }),
  topics: fc.shuffledSubarray([...TOPICS], { minLength: TOPICS.length }),
  again: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
  settles: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
});

/** The outcome of every message. */
export interface Played {
  readonly outcomes: ReadonlyMap<Arrival, Outcome['kind']>;
}

/** Every other offset is missing, as compaction and transactions leave a log. */
const STRIDE = 2n;

/** Delivers a stream in batches, each topic from a log of its own with one partition. */
export async function play(
  stream: Stream,
  cutting: Cutting,
  { apply, settleEvents }: Pick<StreamFixture, 'apply' | 'settleEvents'>,
): Promise<Played> {
  const player = new Player(stream, apply);
  for (const [turn, fetched] of fetches(stream, cutting.sizes).entries()) {
    for (const topic of cutting.topics) {
      const batch = fetched.filter((arrival) => arrival.topic === topic);
      if (batch.length === 0) continue;
      await player.deliver(topic, batch);
      if (cutting.again[turn % cutting.again.length]) await player.deliverAgain(topic, batch);
    }
    if (cutting.settles[turn % cutting.settles.length]) await settleEvents();
  }
  return player;
}

function fetches(stream: Stream, sizes: readonly number[]): Stream[] {
  const cut: Stream[] = [];
  for (let start = 0; start < stream.length; start += cut.at(-1)!.length) {
    cut.push(stream.slice(start, start + sizes[cut.length % sizes.length]!));
  }
  return cut;
}

class Player implements Played {
  readonly outcomes = new Map<Arrival, Outcome['kind']>();
  private readonly logs: ReadonlyMap<string, Stream>;
  /** Each topic's stored offset. */
  private readonly left = new Map<string, { readonly nextOffset: bigint; readonly record: RecordMark }>();

  constructor(
    stream: Stream,
    private readonly apply: Apply,
  ) {
    this.logs = new Map(TOPICS.map((topic) => [topic, stream.filter((arrival) => arrival.topic === topic)]));
  }

  async deliver(topic: string, arrivals: Stream): Promise<void> {
    const batch = this.batchOf(topic, arrivals);
    const result = await this.apply(batch);
    const record = markOf(batch.messages.at(-1)!);
    this.left.set(topic, { nextOffset: batch.position!.nextOffset, record });
    if (result.kind !== 'done') throw new Error('Nothing is missing, so no rewind is needed.');
    arrivals.forEach((arrival, index) => this.outcomes.set(arrival, result.outcomes[index]!.kind));
  }

  /** A repeated batch must have no effect. */
  async deliverAgain(topic: string, arrivals: Stream): Promise<void> {
    const result = await this.apply(this.batchOf(topic, arrivals));
    const kinds = result.kind === 'done' ? result.outcomes.map(({ kind }) => kind) : [result.kind];
    const applied = kinds.filter((kind) => kind !== 'skipped' && kind !== 'rejected');
    if (applied.length > 0)
      throw new Error(`A batch that came again was not skipped: ${applied.join(', ')}.`);
  }

  private batchOf(topic: string, arrivals: Stream): SourceBatch {
    const log = this.logs.get(topic)!;
    const offsetOf = (arrival: Arrival): bigint => BigInt(log.indexOf(arrival)) * STRIDE;
    return {
      topic,
      position: {
        topic,
        partition: 0,
        nextOffset: offsetOf(arrivals.at(-1)!) + 1n,
        applied: this.left.get(topic)?.nextOffset ?? 0n,
        record: this.left.get(topic)?.record,
      },
      messages: arrivals.map((arrival) => ({ offset: offsetOf(arrival), key: null, value: arrival.bytes })),
      keepAlive: () => Promise.resolve(),
    };
  }
}
