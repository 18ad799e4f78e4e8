import { Counter, Gauge, type Registry } from 'prom-client';
import type { Live } from './live';
import { LIVE_LIMITS } from './limits';

/** How much is being watched, for Prometheus. */
export function registerLiveMetrics(registry: Registry, live: Pick<Live, 'size' | 'refusals'>): void {
  const registers = [registry];
  new Gauge({
    name: 'analytics_live_subscribers',
    help: 'Subscriptions that are being served.',
    registers,
    collect() {
      this.set(live.size.subscribers);
    },
  });
  new Gauge({
    name: 'analytics_live_watched_events',
    help: 'Events that have subscribers.',
    registers,
    collect() {
      this.set(live.size.events);
    },
  });
  new Counter({
    name: 'analytics_live_refused_total',
    help: 'Connections, messages and subscriptions that were refused because of a limit.',
    labelNames: ['limit'],
    registers,
    collect() {
      this.reset();
      for (const limit of LIVE_LIMITS) this.inc({ limit }, live.refusals.of(limit));
    },
  });
}
