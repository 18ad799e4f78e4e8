import type { Admin } from 'kafkajs';
import { waitFor } from '../../harness/wait-for';

/** Where a partition's copies are, each by the id of its broker. */
export interface Replicas {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

const IN_SYNC_MS = 60_000;
const MOVED_MS = 60_000;

/** Where the copies of these topics' partitions are now. */
export async function locate(admin: Admin, topics: readonly string[]): Promise<Replicas[]> {
  const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
  return metadata.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionId, leader, replicas, isr }) => ({
      topic: name,
      partition: partitionId,
      ...{ leader, replicas, inSync: isr },
    })),
  );
}

/** Waits until every copy has all that its leader has: from then on another broker may be lost. */
export async function untilInSync(admin: Admin, topics: readonly string[]): Promise<void> {
  const areInSync = async (): Promise<boolean> =>
    (await locate(admin, topics)).every(
      ({ leader, replicas, inSync }) => leader >= 0 && inSync.length === replicas.length,
    );
  await waitFor(areInSync, { what: 'all replicas to be in sync', timeoutMs: IN_SYNC_MS, everyMs: 100 });
}

/** Moves partitions to the brokers that are given for each, the first of them leading; resolves once they are there. */
export async function moveReplicas(
  admin: Admin,
  where: readonly Replicas[],
  toBrokers: (partition: Replicas) => readonly number[],
): Promise<void> {
  const topics = [...new Set(where.map(({ topic }) => topic))];
  await admin.alterPartitionReassignments({
    topics: topics.map((topic) => ({
      topic,
      partitionAssignment: where
        .filter((each) => each.topic === topic)
        .map((each) => ({ partition: each.partition, replicas: [...toBrokers(each)] })),
    })),
  });
  const wanted = new Map(where.map((each) => [nameOf(each), toBrokers(each)]));
  const areThere = async (): Promise<boolean> =>
    (await locate(admin, topics)).every(
      (each) => String(each.replicas) === String(wanted.get(nameOf(each)) ?? each.replicas),
    );
  await waitFor(areThere, { what: 'partitions to be moved', timeoutMs: MOVED_MS, everyMs: 100 });
}

const nameOf = ({ topic, partition }: Replicas): string => `${topic}/${partition}`;
