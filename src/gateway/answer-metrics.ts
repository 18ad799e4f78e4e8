import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { TolerantCache } from '../cache/tolerant';
import type { AnswerKind, TellAnswer } from '../rest/analytics';
import type { NearCache } from '../rest/near-cache';

/** From a minute to a day, which is what STALE_IF_ERROR_SECONDS allows where nothing is said. */
const AGES_IN_SECONDS = [1, 10, 60, 300, 900, 3_600, 14_400, 43_200, 86_400];

/** Where dashboards over REST came from, and how old those were that could not be made anew. */
export function registerAnswerMetrics(registry: Registry): TellAnswer {
  // Counted by hand: a hit takes twenty microseconds, and labels are looked up for each increment.
  const told: Record<AnswerKind, number> = { hit: 0, miss: 0, stale: 0 };
  new Counter({
    name: 'analytics_answers_total',
    help: 'Dashboards answered over REST: kept ones (hit), assembled ones (miss), and the last known while the database is away (stale).',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [kind, count] of Object.entries(told)) this.inc({ kind }, count);
    },
  });
  const ages = new Histogram({
    name: 'analytics_stale_answer_age_seconds',
    help: 'How old the answers were that readers got while the database was away.',
    buckets: AGES_IN_SECONDS,
    registers: [registry],
  });
  return (kind, ageSeconds) => {
    told[kind] += 1;
    if (kind === 'stale') ages.observe(ageSeconds);
  };
}

/** What REST answers are kept in. */
export interface AnswerCaches {
  readonly cache: Pick<TolerantCache, 'isAway'>;
  /** Undefined where the cache itself lies in this process. */
  readonly nearCache: Pick<NearCache, 'size' | 'hits'> | undefined;
}

/** How the caches do. */
export function registerCacheMetrics(registry: Registry, { cache, nearCache }: AnswerCaches): void {
  const registers = [registry];
  new Gauge({
    name: 'analytics_cache_away',
    help: '1 while the cache, or a part of it, does not answer: what lies in it has to be made anew. Else 0.',
    registers,
    async collect() {
      this.set((await cache.isAway()) ? 1 : 0);
    },
  });
  new Counter({
    name: 'analytics_near_cache_hits_total',
    help: 'Hits that were found in the copies of this process, without asking the cache.',
    registers,
    collect() {
      this.reset();
      this.inc(nearCache?.hits ?? 0);
    },
  });
  new Gauge({
    name: 'analytics_near_cache_events',
    help: 'Events whose answers may lie in the copies of this process.',
    registers,
    collect() {
      this.set(nearCache?.size ?? 0);
    },
  });
}
