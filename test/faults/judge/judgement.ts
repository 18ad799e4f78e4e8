/** What the database, the dashboards or the dead letters say, held against what was produced. */
export interface Judgement {
  /** Effects that are missing. */
  readonly lost: number;
  /** Effects that are there more than once. */
  readonly doubled: number;
  /** In words, what is not as it should be; empty when all is. */
  readonly problems: readonly string[];
}

export const ALL_RIGHT: Judgement = { lost: 0, doubled: 0, problems: [] };

export function together(judgements: readonly Judgement[]): Judgement {
  return {
    lost: judgements.reduce((sum, { lost }) => sum + lost, 0),
    doubled: judgements.reduce((sum, { doubled }) => sum + doubled, 0),
    problems: judgements.flatMap(({ problems }) => problems),
  };
}

/** Two numbers of the same thing: what is below is lost, what is above is doubled. */
export function compareCounts(what: string, found: number, expected: number): Judgement {
  if (found === expected) return ALL_RIGHT;
  return {
    lost: Math.max(0, expected - found),
    doubled: Math.max(0, found - expected),
    problems: [`${what}: ${found} instead of ${expected}`],
  };
}

/** Two values that have to be the same: where they are not, something that set them is lost. */
export function compareValues(what: string, found: unknown, expected: unknown): Judgement {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  return one === other
    ? ALL_RIGHT
    : { lost: 1, doubled: 0, problems: [`${what}: ${one} instead of ${other}`] };
}
