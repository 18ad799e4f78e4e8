import { toRows } from '../../../bench/scale/results';
import { toTable } from '../../../bench/scale/table';

const round = (cpuMicros: number, postgresMicros: number, redisMicros = 0) => ({
  ...{ perSecond: 1_000, rssBytes: 1_048_576, databaseBytes: 300 },
  ...{ cpuMicros, postgresMicros, redisMicros },
});

describe('what being several costs', () => {
  it('is told by the work for each second of a core, that of PostgreSQL and Redis included, over that of one', () => {
    const rows = toRows(
      'work',
      new Map([
        [1, [round(60, 40)]],
        [2, [round(60, 60, 5)]],
      ]),
    );
    expect(rows.map(({ ofOne }) => ofOne)).toEqual([1, 0.8]);
    expect(toTable({ machine: 'machine', works: rows })).toMatch(
      /\| 10,000 .* \| 1\.00 .*\n.*\| 8,000 .* \| 0\.80 .*NOT REACHED/,
    );
  });

  it('is the median of the rounds, and within what is wanted up to it', () => {
    const rows = toRows(
      'work',
      new Map([
        [1, [round(90, 0), round(1, 0), round(900, 0)]],
        [3, [round(100, 0)]],
      ]),
    );
    expect(rows[1]).toMatchObject({ processes: 3, ofOne: 0.9 });
    expect(toTable({ machine: 'machine', works: rows })).not.toContain('NOT REACHED');
  });
});
