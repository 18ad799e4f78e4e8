import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../runtime/clock';
import type { PlatformReport } from '../database/platform-states';
import type { SingleFlightRead } from './single-flight-read';
import type { ObservedProgress } from '../database/partition-progress';
import { COUNTED_LETTERS, type LetterCount } from '../database/dead-letters/letter-counts';
import type { WaitingLetters } from '../database/dead-letters/waiting-letters';
import type { RetentionCounts } from '../database/sealed-counts';
import type { RecordedGap } from '../messaging/source/log-gap';
import type { Bulkhead } from '../auth/bulkhead';

/*
 * Gauges whose values are read when Prometheus asks. Those of the platforms, the partitions and the outbox are read from the
 * database, so that every gateway reports all workers; they have no values while the database is away.
 */

/** Which platforms fail, and for how long the oldest due poll has waited. */
export function registerPlatformMetrics(
  registry: Registry,
  read: SingleFlightRead<readonly PlatformReport[]>,
  clock: Clock,
): void {
  const common = { labelNames: ['channel'] as const, registers: [registry] };
  new Gauge({
    ...common,
    name: 'analytics_platform_failing',
    help: '1 while the platform of the channel fails to answer, else 0.',
    async collect() {
      const platforms = await read();
      this.reset();
      for (const { channel, status } of platforms ?? []) this.set({ channel }, status === 'FAILING' ? 1 : 0);
    },
  });
  new Gauge({
    ...common,
    name: 'analytics_platform_poll_lag_seconds',
    help: 'For how long the question that waits longest has been due; 0 when none is.',
    async collect() {
      const platforms = await read();
      this.reset();
      for (const { channel, nextDueAt } of platforms ?? [])
        this.set({ channel }, Math.max(0, clock.now() - (nextDueAt ?? Infinity)) / 1_000);
    },
  });
}

/** The lag of each partition. */
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
    'analytics_partition_end_offset',
    'The offset behind the last message of a partition that can be applied; what it grows by is what has arrived.',
    ({ logEnd }) => Number(logEnd),
  );
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

/** What Kafka deleted before it was read. */
export function registerGapMetrics(registry: Registry, read: SingleFlightRead<readonly RecordedGap[]>): void {
  new Gauge({
    name: 'analytics_deleted_unread_offsets',
    help: 'Offsets of a partition that Kafka deleted before they were read, in gaps that are kept: the figures lack what they held.',
    labelNames: ['topic', 'partition'] as const,
    registers: [registry],
    async collect() {
      const gaps = await read();
      this.reset();
      for (const { topic, partition, firstOffset, lastOffset } of gaps ?? [])
        this.inc({ topic, partition: String(partition) }, Number(lastOffset - firstOffset) + 1);
    },
  });
}

export interface RetentionReads {
  readonly counts: SingleFlightRead<RetentionCounts>;
  /** How many events are sealed altogether. */
  readonly sealed: SingleFlightRead<number>;
  /** How long ago the oldest of what waits to be sealed was noticed, in seconds. */
  readonly oldestNotice: SingleFlightRead<number>;
}

/** How far the service is with what is to leave. */
export function registerRetentionMetrics(
  registry: Registry,
  { counts, sealed, oldestNotice }: RetentionReads,
): void {
  const gauge = (name: string, help: string, read: SingleFlightRead<number>): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const value = await read();
        this.reset();
        if (value !== undefined) this.set(value);
        else this.remove();
      },
    });
  };
  const counted =
    (valueOf: (found: RetentionCounts) => number): SingleFlightRead<number> =>
    async () => {
      const found = await counts();
      return found === undefined ? undefined : valueOf(found);
    };
  gauge(
    'analytics_retention_days',
    'RETENTION_DAYS, as the worker has it that looked last for what is to leave; 0 where none has looked for an hour.',
    counted(({ days }) => days),
  );
  gauge(
    'analytics_sealing_noticed_events',
    'Events that ended RETENTION_DAYS ago and are to be sealed if they stay as they are for some days.',
    counted(({ noticedEvents }) => noticedEvents),
  );
  gauge(
    'analytics_sealing_oldest_notice_seconds',
    'How long ago the oldest event or store was noticed that is neither sealed nor refused yet; 0 where none is, or no worker has looked for an hour.',
    oldestNotice,
  );
  gauge(
    'analytics_sealing_refused',
    'Events and stores that are not sealed, since what is counted of them is not what their rows add up to.',
    counted(({ refused }) => refused),
  );
  gauge(
    'analytics_sealed_events',
    'Events that are sealed: nobody is registered in them any more, and their registrations leave or have left.',
    sealed,
  );
  gauge(
    'analytics_sealed_registrations_leaving',
    'Registrations that sealed events have counted whose rows have not all left: so many rows are there at most.',
    counted(({ registrations }) => registrations),
  );
  gauge(
    'analytics_sealed_stores_leaving',
    'Stores with sealed days of which sales have not all left.',
    counted(({ leavingStores }) => leavingStores),
  );
}

/** The dead letters in the outbox. */
export function registerDeadLetterMetrics(
  registry: Registry,
  read: SingleFlightRead<readonly WaitingLetters[]>,
): void {
  const common = { labelNames: ['topic'] as const, registers: [registry] };
  new Gauge({
    ...common,
    name: 'analytics_dead_letters_waiting',
    help: 'Dead letters of the topic that wait to be sent to its dead-letter topic.',
    async collect() {
      const topics = await read();
      this.reset();
      for (const { topic, count } of topics ?? []) this.set({ topic }, count);
    },
  });
  new Gauge({
    ...common,
    name: 'analytics_dead_letter_oldest_seconds',
    help: 'For how long the dead letter of the topic that waits longest has waited; 0 when none does.',
    async collect() {
      const topics = await read();
      this.reset();
      for (const { topic, oldestSeconds } of topics ?? []) this.set({ topic }, oldestSeconds);
    },
  });
}

/** What has become of the newest dead letters. */
export function registerLetterCounts(
  registry: Registry,
  read: SingleFlightRead<readonly LetterCount[]>,
): void {
  new Gauge({
    name: 'analytics_dead_letters',
    help: `Dead letters that are kept, of the newest ${COUNTED_LETTERS}, by topic and what has become of them: waiting, sent, replayed or erased.`,
    labelNames: ['topic', 'state'],
    registers: [registry],
    async collect() {
      const counts = await read();
      this.reset();
      for (const { topic, state, count } of counts ?? []) this.set({ topic, state }, count);
    },
  });
}

/** How many operations run, and how many wait for a permit. */
export function registerBulkheadMetrics(registry: Registry, bulkhead: Bulkhead): void {
  new Gauge({
    name: 'analytics_operations',
    help: 'Operations that are being executed or answered (running), or wait for their turn (waiting).',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { running, waiting } = bulkhead.counts;
      this.set({ state: 'running' }, running);
      this.set({ state: 'waiting' }, waiting);
    },
  });
}
