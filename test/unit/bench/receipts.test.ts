import { Histogram } from '../../../bench/live/histogram';
import { Receipts } from '../../../bench/live/receipts';

const evaluate = (receipts: Receipts, sentAt: readonly number[], from = 0, to = 10_000) =>
  receipts.evaluate({ from, to, made: [{ first: 1, at: Float64Array.from(sentAt) }] });

const durations = (bins: Float64Array): number[] =>
  [...bins.entries()].flatMap(([ms, times]) => Array.from({ length: times }, () => ms));

describe('what the live benchmark makes of its receipts', () => {
  it('counts freshness from the newest registration that a value includes', () => {
    const receipts = new Receipts();
    receipts.add(0, 3, 130);
    expect(durations(evaluate(receipts, [10, 50, 100]).freshness)).toEqual([30]);
  });

  it('counts each registration until the first value that includes it', () => {
    const receipts = new Receipts();
    receipts.add(0, 1, 20);
    receipts.add(0, 3, 130);
    receipts.add(0, 3, 200);
    expect(durations(evaluate(receipts, [10, 50, 100]).perRegistration)).toEqual([10, 30, 80]);
  });

  it('follows single registrations on every 50th socket only', () => {
    const receipts = new Receipts();
    receipts.add(7, 1, 20);
    receipts.add(50, 1, 25);
    const { perRegistration, freshness } = evaluate(receipts, [10]);
    expect(durations(perRegistration)).toEqual([15]);
    expect(durations(freshness)).toEqual([10, 15]);
  });

  it('counts deliveries, and the registrations they tell of, within the window alone', () => {
    const receipts = new Receipts();
    for (const [count, at] of [
      [1, 99],
      [3, 100],
      [4, 199],
      [5, 200],
    ] as const)
      receipts.add(0, count, at);
    const { delivered, told } = evaluate(receipts, [1, 2, 3, 4, 5], 100, 200);
    expect({ delivered, told }).toEqual({ delivered: 2, told: 3 });
  });

  it('notices a count that goes back', () => {
    const receipts = new Receipts();
    receipts.add(0, 2, 10);
    receipts.add(0, 1, 20);
    expect(evaluate(receipts, [1, 2]).wentBack).toBe(1);
  });

  it('keeps more receipts than it made room for', () => {
    const receipts = new Receipts();
    for (let index = 0; index < 100_000; index++) receipts.add(index, 1, 20);
    expect(evaluate(receipts, [10]).delivered).toBe(100_000);
  });
});

describe('a histogram', () => {
  it('tells percentiles, alone and added to another', () => {
    const one = new Histogram();
    const other = new Histogram();
    one.add(10, 98);
    other.add(200);
    other.add(90_000);
    const both = one.plus(other);
    expect([both.percentile(50), both.percentile(99), both.percentile(100)]).toEqual([10, 200, 60_000]);
  });

  it('has no percentile of nothing', () => {
    expect(new Histogram().percentile(99)).toBeNaN();
  });
});
