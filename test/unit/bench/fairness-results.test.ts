import { type Durations, together, toResults, toTable } from '../../../bench/fairness/results';

const hundred = (ms: number): number[] => Array.from({ length: 100 }, (_, index) => (index < 98 ? 1 : ms));
const reading = (ms: number, refusals: readonly string[] = []): Durations => ({
  rest: hundred(ms),
  graphql: hundred(ms),
  live: hundred(ms),
  refusals,
});

describe('the results of the fairness benchmark', () => {
  it('are fair as long as p99 is at most twice what it is alone', () => {
    expect(toResults(reading(10), reading(20), []).isFair).toBe(true);
    expect(toResults(reading(10), reading(20.1), []).isFair).toBe(false);
  });

  it('are not fair when one kind alone is held up', () => {
    const beside = { ...reading(10), live: hundred(50) };
    const { rows, isFair } = toResults(reading(10), beside, []);
    expect(rows.map((row) => row.isFair)).toEqual([true, true, false]);
    expect(isFair).toBe(false);
  });

  it('are not fair when anything was refused, or never came', () => {
    expect(toResults(reading(10), reading(10, ['429']), []).isFair).toBe(false);
    expect(toResults(reading(10), { ...reading(10), live: [] }, []).isFair).toBe(false);
  });

  it('are those of all turns together', () => {
    const both = together([reading(10), reading(30, ['429'])]);
    expect(both.rest).toHaveLength(200);
    expect(both.refusals).toEqual(['429']);
  });

  it('are told with what the other was told', () => {
    const results = toResults(reading(10), reading(40, ['REST answered 429']), [
      ['pings', 'closed 4429 × 1'],
    ]);
    const table = toTable(results);
    expect(table).toContain('4.00');
    expect(table).toContain('NOT FAIR');
    expect(table).toContain('closed 4429 × 1');
    expect(table).toContain('refused 1 times, first: REST answered 429');
  });
});
