/** Durations in bins of one millisecond, which several processes can fill and one can add up. */
export class Histogram {
  /** @param bins how many durations fell into each millisecond; the last bin takes what is longer */
  constructor(readonly bins: Float64Array = new Float64Array(LONGEST_MS + 1)) {}

  add(ms: number, times = 1): void {
    const bin = Math.min(LONGEST_MS, Math.max(0, Math.round(ms)));
    this.bins[bin] = this.bins[bin]! + times;
  }

  plus(other: Histogram): Histogram {
    return new Histogram(this.bins.map((count, ms) => count + other.bins[ms]!));
  }

  get total(): number {
    return this.bins.reduce((sum, count) => sum + count, 0);
  }

  /** @returns whole milliseconds that so many percent of the durations stay within; NaN when there are none */
  percentile(percent: number): number {
    const wanted = (this.total * percent) / 100;
    let seen = 0;
    for (const [ms, count] of this.bins.entries()) {
      seen += count;
      if (seen >= wanted && seen > 0) return ms;
    }
    return Number.NaN;
  }
}

const LONGEST_MS = 60_000;
