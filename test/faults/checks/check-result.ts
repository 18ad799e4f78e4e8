/** The database, the dashboards or the dead letters, compared with what was produced. */
export interface CheckResult {
  /** Effects that are missing. */
  readonly lost: number;
  /** Effects that are there more than once. */
  readonly doubled: number;
  /** What is wrong, in words; empty when nothing is. */
  readonly problems: readonly string[];
}

export const NO_PROBLEMS: CheckResult = { lost: 0, doubled: 0, problems: [] };

export function combine(results: readonly CheckResult[]): CheckResult {
  return {
    lost: results.reduce((sum, { lost }) => sum + lost, 0),
    doubled: results.reduce((sum, { doubled }) => sum + doubled, 0),
    problems: results.flatMap(({ problems }) => problems),
  };
}

/** Compares two counts: fewer than expected are lost, more are doubled. */
export function compareCounts(what: string, found: number, expected: number): CheckResult {
  if (found === expected) return NO_PROBLEMS;
  return {
    lost: Math.max(0, expected - found),
    doubled: Math.max(0, found - expected),
    problems: [`${what}: ${found} instead of ${expected}`],
  };
}

/** Compares two values: where they differ, a message that set them is lost. */
export function compareValues(what: string, found: unknown, expected: unknown): CheckResult {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  return one === other
    ? NO_PROBLEMS
    : { lost: 1, doubled: 0, problems: [`${what}: ${one} instead of ${other}`] };
}
