/** What is tried one by one: that one fails keeps none of the others from being tried. */
export interface Attempts {
  /** Resolves in any case. */
  to(work: () => Promise<unknown>): Promise<void>;
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
        await work();
      } catch (error) {
        failed += 1;
        if (failures.length < KEPT)
          failures.push(error instanceof Error ? error : new Error(String(error), { cause: error }));
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
