/** What is tried one by one: that one fails keeps none of the others from being tried. */
export interface Attempts {
  /** @returns what the work resolves with; undefined where it failed. Never rejects */
  to<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** @throws what failed, when anything did */
  end(): void;
}

/** So many failures are kept: the same obstacle may be met with each of very many. */
const KEPT = 10;

export function createAttempts(): Attempts {
  const failures: Error[] = [];
  let failed = 0;
  return {
    async to(work) {
      try {
        return await work();
      } catch (error) {
        failed += 1;
        if (failures.length < KEPT)
          failures.push(error instanceof Error ? error : new Error(String(error), { cause: error }));
        return undefined;
      }
    },
    end() {
      const [first] = failures;
      if (first === undefined) return;
      if (failed === 1) throw first;
      const all = [...new Set(failures.map(({ message }) => message))];
      throw new AggregateError(failures, `${failed} attempts failed: ${all.join(' ')}`, { cause: first });
    },
  };
}
