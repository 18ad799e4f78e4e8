import { percentile } from '../platforms/results';

/** The result of one contestant in one round. */
export interface Round {
  /** Work done a second. */
  readonly perSecond: number;
  /** How long the readers waited; null without readers. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** How much of its core the server used: much less than 1 means that something else was the bottleneck. */
  readonly cores: number;
  /** Processor use of the readers; null without readers. */
  readonly readersCores: number | null;
  /** Processor time of the server for each unit of work, in microseconds. */
  readonly cpuMicros: number;
  /** The same of its PostgreSQL processes. */
  readonly postgresMicros: number;
  readonly rssBytes: number;
  /** Cores used by other processes of the machine, including servers that the environment names. */
  readonly otherCores: number;
}

/** A contestant over all rounds: the median of each measure. */
export interface Standing extends Round {
  readonly name: string;
  readonly rounds: number;
  /** Our work a second over theirs; null for ours. */
  readonly ratio: number | null;
  /** The ratio that is wanted at least; null for none. */
  readonly wanted: number | null;
}

/** One kind of work, done by the service and by its rivals in one run. The service's standing is the first. */
export interface Work {
  readonly name: string;
  readonly standings: readonly Standing[];
}

export interface Results<Works> {
  readonly machine: string;
  readonly works: Works;
}

export interface Measured {
  readonly name: string;
  readonly wanted: number | null;
  readonly rounds: readonly Round[];
}

/** @param measured ours first */
export function toWork(name: string, measured: readonly Measured[]): Work {
  const ours = middle(measured[0]?.rounds ?? []);
  return {
    name,
    standings: measured.map((each, place) => {
      const round = middle(each.rounds);
      const ratio = place === 0 ? null : ours.perSecond / round.perSecond;
      return { name: each.name, ...round, rounds: each.rounds.length, ratio, wanted: each.wanted };
    }),
  };
}

function middle(rounds: readonly Round[]): Round {
  const known = (values: readonly (number | null)[]): number | null => {
    const found = percentile(
      values.filter((value) => value !== null),
      50,
    );
    return Number.isNaN(found) ? null : found;
  };
  const of = (
    measure: 'perSecond' | 'cores' | 'cpuMicros' | 'postgresMicros' | 'rssBytes' | 'otherCores',
  ): number =>
    percentile(
      rounds.map((round) => round[measure]),
      50,
    );
  return {
    perSecond: of('perSecond'),
    p50Ms: known(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: known(rounds.map(({ p99Ms }) => p99Ms)),
    cores: of('cores'),
    readersCores: known(rounds.map(({ readersCores }) => readersCores)),
    cpuMicros: of('cpuMicros'),
    postgresMicros: of('postgresMicros'),
    rssBytes: of('rssBytes'),
    otherCores: of('otherCores'),
  };
}
