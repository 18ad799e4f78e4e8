import type { Kafka } from 'kafkajs';
import { waitFor } from '../../harness/wait-for';

/** A record of a topic. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

const READ_MS = 20_000;
let groups = 0;

/** All current records of the topics; none of a topic that does not exist. */
export async function readLog(kafka: Kafka, topics: readonly string[]): Promise<LogRecord[]> {
  const open = await endsOf(kafka, topics);
  if (open.size === 0) return [];
  const records: LogRecord[] = [];
  const consumer = kafka.consumer({
    groupId: `faults-${process.pid}-${(groups += 1)}`,
    maxWaitTimeInMs: 100,
  });
  await consumer.connect();
  try {
    await consumer.subscribe({
      topics: [...new Set([...open.values()].map(({ topic }) => topic))],
      fromBeginning: true,
    });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { topic, partition, messages } }) => {
        for (const { offset, value, headers = {} } of messages) {
          const text = Object.entries(headers).map(([name, header]) => [name, String(header)] as const);
          records.push({
            topic,
            partition,
            offset: BigInt(offset),
            value,
            headers: Object.fromEntries(text),
          });
          const name = `${topic}/${partition}`;
          if (BigInt(offset) + 1n >= (open.get(name)?.end ?? 0n)) open.delete(name);
        }
        return Promise.resolve();
      },
    });
    await waitFor(() => open.size === 0, {
      what: `${[...open.keys()].join()} to be read`,
      timeoutMs: READ_MS,
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}

interface End {
  readonly topic: string;
  readonly end: bigint;
}

/** The ends of the non-empty partitions, by name. */
async function endsOf(kafka: Kafka, topics: readonly string[]): Promise<Map<string, End>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const ends = new Map<string, End>();
    for (const topic of topics.filter((each) => there.has(each))) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
        if (BigInt(high) > BigInt(low)) ends.set(`${topic}/${partition}`, { topic, end: BigInt(high) });
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}
