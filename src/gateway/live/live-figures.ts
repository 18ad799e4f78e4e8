import { Gauge, type Registry } from 'prom-client';
import type { Live } from './live';

/** How much is being watched, for Prometheus. */
export function registerLiveFigures(registry: Registry, live: Pick<Live, 'size'>): void {
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
    name: 'analytics_live_events',
    help: 'Events that anybody watches.',
    registers,
    collect() {
      this.set(live.size.events);
    },
  });
}
