/** Counts problems by text. */
export interface Problems {
  add(problem: string): void;
  all(): string[];
}

export function createProblems(): Problems {
  const counts = new Map<string, number>();
  return {
    add: (problem) => void counts.set(problem, (counts.get(problem) ?? 0) + 1),
    all: () => [...counts].map(([problem, count]) => (count === 1 ? problem : `${problem} (${count} times)`)),
  };
}
