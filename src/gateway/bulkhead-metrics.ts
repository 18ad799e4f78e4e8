import { Gauge, type Registry } from 'prom-client';
import type { Bulkhead } from '../auth/bulkhead';

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
