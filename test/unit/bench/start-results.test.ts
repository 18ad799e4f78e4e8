import type { Kind } from '../../../bench/start/kinds';
import { toRow, toTable } from '../../../bench/start/results';

const kind: Kind = { name: 'gateway', env: {}, wantedStartMs: 1_200, wantedCores: 0.01, wantedMemory: 150 };
const started = (startMs: number | null, coresAtRest: number, mebibytes: number) => ({
  startMs,
  coresAtRest,
  rssBytes: mebibytes * 1_048_576,
});
const tableOf = (starts: Parameters<typeof toRow>[1]): string =>
  toTable({ machine: 'machine', works: [toRow(kind, starts)] });

describe('the results of starting', () => {
  it('are medians, each value by itself', () => {
    const row = toRow(kind, [started(900, 0.5, 90), started(1_000, 0.001, 300), started(5_000, 0.002, 100)]);
    expect(row).toMatchObject({ startMs: 1_000, coresAtRest: 0.002, rssBytes: 100 * 1_048_576 });
  });

  it('are reached up to what is wanted, and not beyond', () => {
    expect(tableOf([started(1_200, 0.01, 150)])).not.toContain('NOT REACHED');
    for (const start of [started(1_201, 0.01, 150), started(1_200, 0.011, 150), started(1_200, 0.01, 151)])
      expect(tableOf([start]).match(/NOT REACHED/g)).toHaveLength(1);
  });

  it('say nothing of the start of what does not tell it', () => {
    expect(tableOf([started(null, 0, 1)])).toMatch(/\| gateway \| - +\| +\| 0\.0 %/);
  });
});
