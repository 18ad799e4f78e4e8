import { Gauge, type Registry } from 'prom-client';
import type { Shares } from '../auth/shares';

/** How many operations are under way, and how many wait until others have been answered. */
export function registerShareMetrics(registry: Registry, shares: Shares): void {
  new Gauge({
    name: 'analytics_operations',
    help: 'Operations that are being executed or answered (running), or wait for their turn (waiting).',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { running, waiting } = shares.counts;
      this.set({ state: 'running' }, running);
      this.set({ state: 'waiting' }, waiting);
    },
  });
}
