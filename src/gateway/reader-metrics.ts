import { Gauge, type Registry } from 'prom-client';
import type { Readers } from '../auth/readers';

/** Who reads most, by rank alone: readers are without number, and their names nothing for a monitoring system to keep. */
export function registerReaderMetrics(registry: Registry, readers: Pick<Readers, 'lately'>): void {
  const registers = [registry];
  new Gauge({
    name: 'analytics_readers',
    help: 'Readers that this process has served within the last five to ten minutes.',
    registers,
    collect() {
      this.set(readers.lately().readers);
    },
  });
  new Gauge({
    name: 'analytics_readers_points',
    help: 'Points of the rate limit that all of them were charged in that time, whether or not there is a limit.',
    registers,
    collect() {
      this.set(readers.lately().points);
    },
  });
  new Gauge({
    name: 'analytics_reader_points',
    help: 'What each of the ten who were charged most was charged of them; rank 1 is who was charged most.',
    labelNames: ['rank'],
    registers,
    collect() {
      this.reset();
      for (const [index, { points }] of readers.lately().busiest.entries())
        this.set({ rank: String(index + 1) }, points);
    },
  });
}
