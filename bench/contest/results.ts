import { percentile } from '../platforms/results';

/** What one contestant did in one round. */
export interface Round {
  /** How much of the work it did in a second. */
  readonly perSecond: number;
  /** How long those who asked waited; null where nobody asks. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** How much of its core the server took: where that is not about 1, something else was what held it up. */
  readonly cores: number;
  /** The same of those who ask; null where nobody does. */
  readonly readersCores: number | null;
  /** Processor time of the server for each piece of the work, in microseconds. */
  readonly cpuMicros: number;
  /** The same of PostgreSQL's processes that it keeps busy. */
  readonly postgresMicros: number;
  readonly rssBytes: number;
  /** Processor time that whatever else runs on the machine took meanwhile: servers that the environment names, too. */
  readonly otherCores: number;
}

/** A contestant over all rounds: the median of each figure by itself. */
export interface Standing extends Round {
  readonly name: string;
  readonly rounds: number;
  /** Ours over theirs, by what was done in a second; null for ours. */
  readonly ratio: number | null;
  /** What the ratio ought to be more than; null where nothing is wanted. */
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
  const known = (figures: readonly (number | null)[]): number | null => {
    const found = percentile(
      figures.filter((figure) => figure !== null),
      50,
    );
    return Number.isNaN(found) ? null : found;
  };
  const of = (
    figure: 'perSecond' | 'cores' | 'cpuMicros' | 'postgresMicros' | 'rssBytes' | 'otherCores',
  ): number =>
    percentile(
      rounds.map((round) => round[figure]),
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
