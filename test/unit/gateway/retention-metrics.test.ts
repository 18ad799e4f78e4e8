import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Registry } from 'prom-client';
import type { RetentionCounts } from '../../../src/database/sealed-counts';
import { registerRetentionMetrics } from '../../../src/gateway/gauges';
import { createKeptRead } from '../../../src/gateway/single-flight-read';

describe('the metrics of what is to leave', () => {
  const stored: RetentionCounts = {
    ...{ days: 365, noticedEvents: 7, refused: 2, leaving: 1, registrations: 12_000, leavingStores: 4 },
  };
  const lines = [
    'analytics_retention_days 365',
    'analytics_sealing_noticed_events 7',
    'analytics_sealing_oldest_notice_seconds 600',
    'analytics_sealing_refused 2',
    'analytics_sealed_events 3',
    'analytics_sealed_registrations_leaving 12000',
    'analytics_sealed_stores_leaving 4',
  ];

  it('tell what is stored, and nothing at all while the database is away', async () => {
    const registry = new Registry();
    let counts: RetentionCounts | undefined = stored;
    let sealed: number | undefined = 3;
    let oldest: number | undefined = 600;
    registerRetentionMetrics(registry, {
      counts: () => Promise.resolve(counts),
      sealed: () => Promise.resolve(sealed),
      oldestNotice: () => Promise.resolve(oldest),
    });
    const told = async (): Promise<readonly string[]> =>
      (await registry.metrics()).split('\n').filter((line) => line.startsWith('analytics_'));
    expect(await told()).toEqual(lines);
    counts = sealed = oldest = undefined;
    expect(await told()).toEqual([]);
    [counts, sealed, oldest] = [stored, 3, 600];
    expect(await told()).toEqual(lines);
  });

  it('have each a line on the page of operations', () => {
    const page = readFileSync(path.join(__dirname, '../../../docs/operations.md'), 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const names = lines.map((line) => line.split(' ')[0]);
    expect(names.filter((name) => !rows.some((row) => row.includes(`\`${name}\``)))).toEqual([]);
  });

  it('count what only grows no more than once in a while, and anew where it could not be counted', async () => {
    let now = 0;
    const answers = [undefined, 1, 2];
    const read = createKeptRead(
      () => Promise.resolve(answers.shift()),
      60_000,
      () => now,
    );
    expect([await read(), await read(), await read()]).toEqual([undefined, 1, 1]);
    now = 59_999;
    expect(await read()).toBe(1);
    now = 60_000;
    expect(await read()).toBe(2);
  });
});
