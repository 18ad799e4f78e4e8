/** Counts answers by kind. */
export interface AnswerCounts {
  add(kind: string): void;
  /** The most frequent first. */
  describe(): string;
}

const MOST_SHOWN = 4;

export function createAnswerCounts(): AnswerCounts {
  const counts = new Map<string, number>();
  return {
    add: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    describe() {
      const sorted = [...counts].sort(([, one], [, other]) => other - one);
      const shown = sorted.slice(0, MOST_SHOWN).map(([kind, count]) => `${kind} × ${count}`);
      const rest = sorted.length - shown.length;
      return [...shown, ...(rest > 0 ? [`${rest} other kinds`] : [])].join(', ') || '–';
    },
  };
}
