import type { TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { createLogger } from '../../../src/observability/log';
import { createOffsetCommits } from '../../../src/messaging/source/kafka-commits';

const offsetOf = (partition: number, offset: number): TopicPartitionOffsetAndMetadata => ({
  topic: 'topic',
  partition,
  offset: String(offset),
});

/** The commits, and what a broker was told by them; it can be away. */
function openCommits() {
  const told: TopicPartitionOffsetAndMetadata[][] = [];
  const broker = { isAway: false };
  const commits = createOffsetCommits(
    {
      commitOffsets: (offsets) => {
        if (broker.isAway) return Promise.reject(new Error('The broker is away.'));
        told.push(offsets);
        return Promise.resolve();
      },
    },
    createLogger({ level: 'silent' }),
  );
  return { commits, told, broker };
}

describe('offset commits', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tell the broker the newest of each partition once a second', async () => {
    const { commits, told } = openCommits();
    for (const offset of [1, 2, 3]) commits.follower()(offsetOf(0, offset));
    commits.follower()(offsetOf(1, 7));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([[offsetOf(0, 3), offsetOf(1, 7)]]);
  });

  it('tell nothing of a batch that was in hand when the partitions were dealt out anew', async () => {
    const { commits, told } = openCommits();
    const follow = commits.follower();
    commits.forget();
    follow(offsetOf(0, 1));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([]);
  });

  it('that were not taken are told again, unless there are newer ones, or others to tell them', async () => {
    const { commits, told, broker } = openCommits();
    broker.isAway = true;
    commits.follower()(offsetOf(0, 1));
    commits.follower()(offsetOf(1, 1));
    await jest.advanceTimersByTimeAsync(3_000);
    commits.follower()(offsetOf(0, 2));
    broker.isAway = false;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(told).toHaveLength(1);
    expect(told[0]).toEqual(expect.arrayContaining([offsetOf(0, 2), offsetOf(1, 1)]));
    expect(told[0]).toHaveLength(2);

    broker.isAway = true;
    commits.follower()(offsetOf(0, 3));
    await jest.advanceTimersByTimeAsync(1_500);
    commits.forget();
    broker.isAway = false;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(told).toHaveLength(1);
  });

  it('are told at once when they are flushed', async () => {
    const { commits, told } = openCommits();
    commits.follower()(offsetOf(0, 1));
    await commits.flush();
    expect(told).toEqual([[offsetOf(0, 1)]]);
  });
});
