import { Registry } from 'prom-client';
import type { SealedCounts } from '../../../src/database/sealed-events';
import { registerRetentionMetrics } from '../../../src/gateway/gauges';

test('what is sealed is told as it is stored, and not at all while the database is away', async () => {
  const registry = new Registry();
  let counts: SealedCounts | undefined = { sealed: 3, leaving: 1, registrations: 12_000 };
  registerRetentionMetrics(registry, () => Promise.resolve(counts));
  const told = async (): Promise<readonly string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith('analytics_'));
  const stored = ['analytics_sealed_events 3', 'analytics_sealed_registrations_leaving 12000'];
  expect(await told()).toEqual(stored);
  counts = undefined;
  expect(await told()).toEqual([]);
  counts = { sealed: 3, leaving: 1, registrations: 12_000 };
  expect(await told()).toEqual(stored);
});
