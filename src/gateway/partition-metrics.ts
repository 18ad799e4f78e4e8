import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../runtime/clock';
import type { ObservedProgress } from '../database/partition-progress';
import type { SingleFlightRead } from './single-flight-read';

/**
 * The lag of each partition. It is read from the database at each scrape, so that every gateway reports all workers; it has no
 * values while the database is away.
 */
export function registerPartitionMetrics(
  registry: Registry,
  read: SingleFlightRead<readonly ObservedProgress[]>,
  clock: Clock,
): void {
  const gauge = (name: string, help: string, valueOf: (progress: ObservedProgress) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['topic', 'partition'] as const,
      registers: [registry],
      async collect() {
        const partitions = await read();
        this.reset();
        for (const progress of partitions ?? []) {
          const { topic, partition } = progress;
          this.set({ topic, partition: String(partition) }, valueOf(progress));
        }
      },
    });
  };
  const secondsSince = (instant: number | undefined): number =>
    instant === undefined ? 0 : Math.max(0, clock.now() - instant) / 1_000;

  gauge(
    'analytics_partition_lag_offsets',
    'Offsets between what is applied of a partition and the last message that can be applied.',
    ({ lag }) => Number(lag),
  );
  gauge(
    'analytics_partition_stalled_seconds',
    'For how long nothing has been applied of a partition although something could be; 0 while it progresses.',
    ({ stalledSince }) => secondsSince(stalledSince),
  );
  gauge(
    'analytics_partition_observation_age_seconds',
    'How long ago a worker last looked at a partition: it grows when no worker owns it.',
    ({ observedAt }) => secondsSince(observedAt),
  );
}
