import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../runtime/clock';
import type { PlatformReport } from '../database/platform-states';
import type { SingleFlightRead } from './single-flight-read';

/**
 * The metrics of the platforms. They are read from the database at each scrape, so that every gateway reports all workers;
 * they have no values while the database is away.
 */
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
