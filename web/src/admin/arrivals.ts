import type { AdminWorkersQuery } from '../../generated/operations';

type Workers = AdminWorkersQuery['service'];
type Read = Pick<Workers, 'readAt' | 'topics'>;
export type Topic = Workers['topics'][number];
export type Partition = Workers['troubledPartitions'][number];

/** A worker looks at its partitions every few seconds. */
const UNOBSERVED_MS = 60_000;
const MINUTE_MS = 60_000;

export const isUnobserved = (
  { observedAt }: Pick<Partition, 'observedAt'>,
  { readAt }: Pick<Workers, 'readAt'>,
): boolean => Date.parse(readAt) - Date.parse(observedAt) > UNOBSERVED_MS;

/**
 * How many messages of a topic arrive in a minute, applied or not, by how far the ends of its partitions have moved.
 *
 * @param earlier what was read before, within the last minute
 * @returns undefined as long as that cannot be told: a partition that was not there brings all that it has at once
 */
export function arrivingPerMinute(
  { topic, partitions, endOffset }: Topic,
  { readAt }: Read,
  earlier: Read | undefined,
): number | undefined {
  const before = earlier?.topics.find((each) => each.topic === topic);
  if (earlier === undefined || before?.partitions !== partitions) return undefined;
  const minutes = (Date.parse(readAt) - Date.parse(earlier.readAt)) / MINUTE_MS;
  // Ends go back where a topic is made anew: nothing arrived by that.
  return minutes > 0 ? Math.max(0, endOffset - before.endOffset) / minutes : undefined;
}

export const nameOf = ({ topic, partition }: Pick<Partition, 'topic' | 'partition'>): string =>
  `${topic}/${partition}`;
