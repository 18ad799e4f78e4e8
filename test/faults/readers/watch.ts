/** What readers observed during a fault: waits, answers, and violations. */
export interface Observations {
  /** Answers by kind, as `REST 200` or `GraphQL error`. */
  readonly answers: ReadonlyMap<string, number>;
  readonly longest: { readonly ms: number; readonly what: string };
  /** Violations by kind, with count and an example. */
  readonly violations: readonly string[];
}

/** What no reader may see, unless the fault allows it. */
export type Violation =
  /** A dashboard that was served before was not served. */
  | 'refused'
  /** GraphQL answered an event that was served before with an error. */
  | 'refused by GraphQL'
  /** An answer of 5xx, or none, whether or not the event was served before. */
  | 'failed'
  /** A count was lower than one that had been shown before. */
  | 'went back'
  /** A count was higher than the number of participants. */
  | 'too many'
  /** The answer violated the contract. */
  | 'contract';

export interface ReaderWatch {
  answered(kind: string, tookMs: number, what: string): void;
  saw(wrong: Violation, example: string): void;
  observations(excused: readonly Violation[]): Observations;
}

export function createReaderWatch(): ReaderWatch {
  const answers = new Map<string, number>();
  const violations = new Map<Violation, { count: number; example: string }>();
  let longest = { ms: 0, what: 'nothing was read' };
  return {
    answered(kind, ms, what) {
      answers.set(kind, (answers.get(kind) ?? 0) + 1);
      if (ms > longest.ms) longest = { ms, what: `${what}: ${kind}` };
    },
    saw(wrong, example) {
      const before = violations.get(wrong);
      violations.set(wrong, { count: (before?.count ?? 0) + 1, example: before?.example ?? example });
    },
    observations: (excused) => ({
      answers,
      longest,
      violations: [...violations].flatMap(([wrong, { count, example }]) =>
        excused.includes(wrong) ? [] : [`readers: ${wrong} (${count} times, first: ${example})`],
      ),
    }),
  };
}

/** For the table: the most frequent first. */
export function describeAnswers(answers: ReadonlyMap<string, number>): string {
  return [...answers]
    .sort(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${kind} × ${count}`)
    .join(', ');
}
