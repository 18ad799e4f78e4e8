import type { MetricValue, Registry } from 'prom-client';
import type { Readers } from '../auth/readers';
import type { Count, Instant } from '../domain/values';
import type { GatewayFigures, TopicOutcomes } from '../schema/gateway-figures';
import { REFUSALS } from './operations/refusals';

export interface OwnFiguresOptions {
  readonly registry: Registry;
  readonly readers: Pick<Readers, 'lately'>;
  readonly version: string;
}

type Labels = Readonly<Record<string, string>>;
type Value = MetricValue<string>;

/**
 * The figures of this process, from the metrics that /metrics is written of: a figure that those who look at the page see is the
 * one that Prometheus has.
 */
export async function readOwnFigures({
  registry,
  readers,
  version,
}: OwnFiguresOptions): Promise<GatewayFigures> {
  const values = new Map<string, Promise<readonly Value[]>>();
  async function valuesOf(name: string): Promise<readonly Value[]> {
    const metric = registry.getSingleMetric(name);
    if (metric === undefined) throw new Error(`There is no metric ${name}.`);
    return (await metric.get()).values;
  }
  /** The sum over what the labels leave open; 0 where nothing was counted yet. */
  async function figure(name: string, labels: Labels = {}): Promise<number> {
    const known = values.get(name) ?? valuesOf(name);
    values.set(name, known);
    const some = (await known).filter((value) => hasLabels(value, labels));
    return some.reduce((sum, { value }) => sum + (Number.isFinite(value) ? value : 0), 0);
  }
  const count = async (name: string, labels?: Labels): Promise<Count> =>
    (await figure(name, labels)) as Count;

  async function messages(): Promise<TopicOutcomes[]> {
    const name = 'analytics_messages_total';
    const topics = new Set((await valuesOf(name)).map(({ labels }) => String(labels['topic'])));
    return Promise.all(
      [...topics].map(async (topic) => ({
        topic,
        applied: await count(name, { topic, outcome: 'applied' }),
        duplicate: await count(name, { topic, outcome: 'duplicate' }),
        skipped: await count(name, { topic, outcome: 'skipped' }),
        rejected: await count(name, { topic, outcome: 'rejected' }),
      })),
    );
  }

  const { readers: all, points, busiest } = readers.lately();
  return {
    version,
    startedAt: Math.round((await figure('process_start_time_seconds')) * 1_000) as Instant,
    memoryBytes: await count('process_resident_memory_bytes'),
    eventLoopLagSeconds: await figure('nodejs_eventloop_lag_p99_seconds'),
    subscribers: await count('analytics_live_subscribers'),
    watchedEvents: await count('analytics_live_watched_events'),
    runningOperations: await count('analytics_operations', { state: 'running' }),
    waitingOperations: await count('analytics_operations', { state: 'waiting' }),
    refusals: await Promise.all(
      REFUSALS.map(async (code) => ({
        code,
        count: await count('analytics_operations_refused_total', { code }),
      })),
    ),
    cache: {
      hits: await count('analytics_answers_total', { kind: 'hit' }),
      misses: await count('analytics_answers_total', { kind: 'miss' }),
      stale: await count('analytics_answers_total', { kind: 'stale' }),
      nearHits: await count('analytics_near_cache_hits_total'),
      nearEvents: await count('analytics_near_cache_events'),
      isAway: (await figure('analytics_cache_away')) > 0,
    },
    messages: await messages(),
    readers: {
      count: all as Count,
      points: points as Count,
      busiest: busiest.map((reader) => ({ ...reader, points: reader.points as Count })),
    },
  };
}

const hasLabels = ({ labels }: Value, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => String(labels[name]) === value);
