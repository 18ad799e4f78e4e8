import type { Retention } from '../../../messaging/source/kafka-retention';

const DAY_MS = 24 * 3_600_000;

/**
 * Whether Kafka keeps what a database needs that is put back from a backup: everything since the backup was made.
 *
 * @param days the age of the oldest backup, and the time that it takes to put it back
 * @returns what is kept too short, each in one line
 */
export function checkRetention(retentions: readonly Retention[], days: number): string[] {
  return retentions.flatMap(({ topic, keptMs, keptBytes, isCompacted }) => [
    ...(keptMs < days * DAY_MS
      ? [`kept too short: ${topic}: ${inDays(keptMs)} (retention.ms), and ${days} are wanted`]
      : []),
    ...(keptBytes < Infinity
      ? [
          `kept too short: ${topic}: ${keptBytes} bytes of each partition (retention.bytes), however few days that is`,
        ]
      : []),
    ...(isCompacted
      ? [`kept too short: ${topic}: only the last message of each key (cleanup.policy), and each is wanted`]
      : []),
  ]);
}

const inDays = (milliseconds: number): string => `${Math.round((milliseconds / DAY_MS) * 10) / 10} days`;
