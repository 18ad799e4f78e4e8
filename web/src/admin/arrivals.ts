import type { AdminWorkersQuery } from '../../generated/operations';

type Workers = AdminWorkersQuery['service'];
export type Partition = Workers['partitions'][number];

/** All partitions of a topic together. */
export interface TopicArrivals {
  readonly topic: string;
  readonly partitions: number;
  /** Messages a minute, by how far offsets have moved; undefined as long as there is one reading alone. */
  readonly perMinute: number | undefined;
  readonly lag: number;
  /** Those that nobody looks at, or that do not move although they could. */
  readonly troubled: readonly Partition[];
}

/** A worker looks at its partitions every few seconds. */
const UNOBSERVED_MS = 60_000;
const MINUTE_MS = 60_000;

/** @param earlier what was read before, within the last minute */
export function arrivals(now: Workers, earlier: Workers | undefined): TopicArrivals[] {
  const topics = byTopic(now.partitions);
  return [...topics].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.length,
    perMinute: earlier && rate(partitions, now, earlier),
    lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
    troubled: partitions.filter((each) => each.stalledSince !== null || isUnobserved(each, now)),
  }));
}

export const isUnobserved = ({ observedAt }: Partition, { readAt }: Pick<Workers, 'readAt'>): boolean =>
  Date.parse(readAt) - Date.parse(observedAt) > UNOBSERVED_MS;

/** After the database went back offsets may have, too: nothing arrived then. */
function rate(partitions: readonly Partition[], now: Workers, earlier: Workers): number {
  const minutes = (Date.parse(now.readAt) - Date.parse(earlier.readAt)) / MINUTE_MS;
  const before = new Map(earlier.partitions.map((each) => [nameOf(each), each.nextOffset]));
  const moved = partitions.reduce(
    (sum, each) => sum + Math.max(0, each.nextOffset - (before.get(nameOf(each)) ?? each.nextOffset)),
    0,
  );
  return minutes > 0 ? moved / minutes : 0;
}

export const nameOf = ({ topic, partition }: Pick<Partition, 'topic' | 'partition'>): string =>
  `${topic}/${partition}`;

function byTopic(partitions: readonly Partition[]): ReadonlyMap<string, readonly Partition[]> {
  const topics = new Map<string, Partition[]>();
  for (const each of partitions) topics.set(each.topic, [...(topics.get(each.topic) ?? []), each]);
  return topics;
}
