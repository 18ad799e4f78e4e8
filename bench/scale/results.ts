import { percentile } from '../platforms/results';

/** What several processes did together in one round. */
export interface Shared {
  /** Work done a second, by all together. */
  readonly perSecond: number;
  /** Processor time for each unit of work, in microseconds: of the processes, and of PostgreSQL and Redis for them. */
  readonly cpuMicros: number;
  readonly postgresMicros: number;
  readonly redisMicros: number;
  /** By how much the database grows with each, its indexes included. */
  readonly databaseBytes: number;
  /** Memory of them all. */
  readonly rssBytes: number;
}

/** A number of processes over all rounds: the median of each measure. */
export interface Row extends Shared {
  readonly work: string;
  readonly processes: number;
  /** Work for each second of a core, that of PostgreSQL and Redis included, over the same of one process in its round. */
  readonly ofOne: number;
}

export const WORKS = {
  registrations: 'registrations waiting',
  kept: 'REST, kept answers',
  dashboards: 'GraphQL, full dashboards',
} as const;

export const workPerCore = ({ cpuMicros, postgresMicros, redisMicros }: Shared): number =>
  1_000_000 / (cpuMicros + postgresMicros + redisMicros);

/** @param rounds of each number of processes, the fewest first */
export function toRows(work: string, rounds: ReadonlyMap<number, readonly Shared[]>): readonly Row[] {
  const [ofFewest = []] = [...rounds.values()];
  return [...rounds].map(([processes, all]) => {
    const middle = (of: (round: Shared) => number): number => percentile(all.map(of), 50);
    return {
      ...{ work, processes },
      perSecond: middle(({ perSecond }) => perSecond),
      cpuMicros: middle(({ cpuMicros }) => cpuMicros),
      postgresMicros: middle(({ postgresMicros }) => postgresMicros),
      redisMicros: middle(({ redisMicros }) => redisMicros),
      databaseBytes: middle(({ databaseBytes }) => databaseBytes),
      rssBytes: middle(({ rssBytes }) => rssBytes),
      // Within a round, since machines are not as fast in each.
      ofOne: percentile(
        all.map((each, place) => workPerCore(each) / workPerCore(ofFewest[place] ?? each)),
        50,
      ),
    };
  });
}
