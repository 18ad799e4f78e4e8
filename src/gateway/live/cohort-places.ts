import type { DocumentNode } from 'graphql';
import type { LiveLimits } from '../../config/limits';
import type { Refusals } from './refusals';
import type { TokenPlaces } from './token-places';

/** A cohort that somebody would open by being its first subscriber. */
export interface Opening {
  /** Whose token it is. */
  readonly subject: string;
  /** Of one tick, in the units of an operation's cost. */
  readonly cost: number;
  /** Kept for as long as the cohort is. */
  readonly document: DocumentNode;
  /** The length of the document's text. */
  readonly bytes: number;
}

/** The cohorts that one event has room for, of one field. */
export interface CohortPlaces {
  /**
   * @returns gives the place back
   * @throws AppError TOO_MANY_REQUESTS that names the limit
   */
  take(opening: Opening): () => void;
}

export interface CohortPlacesOptions {
  readonly limits: Pick<LiveLimits, 'cohortsPerEvent' | 'costPerEvent'>;
  readonly tokens: TokenPlaces;
  readonly refusals: Refusals;
}

/**
 * Every participant of an event is waited for by all its cohorts, so these are few, and cheap together. One token opens
 * at most half of them: who reads the same store finds room however much another watches.
 */
export function createCohortPlaces({ limits, tokens, refusals }: CohortPlacesOptions): CohortPlaces {
  const taken = new Set<Opening>();

  function requireRoom(opening: Opening): void {
    const own = [...taken].filter(({ subject }) => subject === opening.subject);
    const { cohortsPerEvent, costPerEvent } = limits;
    if (taken.size >= cohortsPerEvent || own.length >= half(cohortsPerEvent)) {
      throw refusals.tooMany(
        'cohorts_per_event',
        `An event can be watched by ${cohortsPerEvent} different operations at a time, half of them by one token: ` +
          'send the same document for all views of a kind.',
      );
    }
    const isTooCostly = (others: Iterable<Opening>, most: number): boolean =>
      costOf(others) + opening.cost > most;
    if (isTooCostly(taken, costPerEvent) || isTooCostly(own, half(costPerEvent))) {
      throw refusals.tooMany(
        'cost_per_event',
        `The operations that watch an event may cost ${costPerEvent} together, half of it by one token; ` +
          `this one costs ${opening.cost}: select less.`,
      );
    }
  }

  return {
    take(opening) {
      requireRoom(opening);
      const leaveToken = tokens.take(opening);
      taken.add(opening);
      return () => {
        if (taken.delete(opening)) leaveToken();
      };
    },
  };
}

const half = (most: number): number => Math.max(1, Math.floor(most / 2));

const costOf = (openings: Iterable<Opening>): number =>
  [...openings].reduce((sum, { cost }) => sum + cost, 0);
