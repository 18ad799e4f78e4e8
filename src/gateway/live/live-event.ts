import { isDatabaseUnavailable } from '../../database/unavailable';
import type { Logger } from '../../observability/log';
import type { OperationContext } from '../../resolvers/context';
import { type LiveField, PACE_MS } from '../../resolvers/live-source';
import type { EventId } from '../../domain/values';
import type { Cohort } from './cohort';
import type { CohortPlaces } from './cohort-places';
import { createPace, type Pace, type RunStages } from './pace';
import type { Rounds } from './rounds';
import type { Seat } from './seat';

/** An event that somebody watches: its cohorts, by how often they may be refreshed. */
export interface LiveEvent {
  readonly eventId: EventId;
  /** @throws AppError TOO_MANY_REQUESTS when it would be one cohort too many */
  cohort(field: LiveField, seat: Seat): Cohort;
  /** Takes away a cohort that nobody is left in. */
  removeIfEmpty(field: LiveField, key: string): void;
  isEmpty(): boolean;
  /** Something about the event has changed, or may have; for one field, or both. */
  changed(field?: LiveField): void;
  /**
   * Refreshes one cohort for whoever has just come, in the turn of their token; resolves when it has a value, or cannot
   * have one now.
   */
  introduce(field: LiveField, cohort: Cohort, subject: string): Promise<void>;
  stop(): void;
}

export interface LiveEventOptions {
  readonly eventId: EventId;
  /** Where values are made, together with those of other events that are due. */
  readonly rounds: Readonly<Record<LiveField, Rounds<OperationContext>>>;
  /** How many cohorts there may be, for each field. */
  readonly places: Readonly<Record<LiveField, CohortPlaces>>;
  readonly log: Logger;
}

/** A cohort to be refreshed, and in the turn of whose token. */
interface Target {
  readonly cohort: Cohort;
  readonly subject: string;
}

/** A cohort, whose token opened it, and how to give its place back. */
interface Opened extends Target {
  readonly giveBack: () => void;
}

/** The stages of what no pace waits for. */
const ON_ITS_OWN: RunStages = { begin: () => undefined, made: () => undefined };

const FIELDS: readonly LiveField[] = ['participantCount', 'dashboardUpdated'];
/** When a round failed, the database being away for one, it is tried again. */
const RETRY_AFTER_MS = 1_000;

export function createLiveEvent({ eventId, rounds, places, log }: LiveEventOptions): LiveEvent {
  const cohorts: Record<LiveField, Map<string, Opened>> = {
    participantCount: new Map(),
    dashboardUpdated: new Map(),
  };
  const introductions = new Map<Cohort, Promise<void>>();
  let isFailing = false;
  let isStopped = false;
  let retry: NodeJS.Timeout | undefined;

  /** @param stages begun once, when the first of them reads; at once when there is none */
  async function refresh(
    field: LiveField,
    targets: readonly Target[],
    { begin, made }: RunStages = ON_ITS_OWN,
  ): Promise<void> {
    let hasBegun = false;
    function beginOnce(): void {
      if (!hasBegun) begin();
      hasBegun = true;
    }
    const one = ({ cohort, subject }: Target): Promise<void> =>
      rounds[field].join((context) => {
        beginOnce();
        return cohort.refresh({ eventId }, context, made);
      }, subject);
    if (targets.length === 0) beginOnce();
    try {
      await allRefreshed(targets.map(one));
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        log[levelOf(error)]({ err: error, eventId }, 'a live event could not be refreshed; trying again');
      isFailing = true;
      clearTimeout(retry);
      if (!isStopped) retry = setTimeout(changed, RETRY_AFTER_MS).unref();
    }
  }

  const paceOf = (field: LiveField): Pace =>
    createPace(PACE_MS[field], (stages) => refresh(field, [...cohorts[field].values()], stages));
  const paces = Object.fromEntries(FIELDS.map((field) => [field, paceOf(field)])) as Record<LiveField, Pace>;

  function changed(only?: LiveField): void {
    for (const field of only ? [only] : FIELDS) if (cohorts[field].size > 0) paces[field].trigger();
  }

  return {
    eventId,
    cohort(field, { key, create, opening }) {
      const known = cohorts[field].get(key);
      if (known !== undefined) return known.cohort;
      const giveBack = places[field].take(opening);
      const cohort = create();
      cohorts[field].set(key, { cohort, subject: opening.subject, giveBack });
      return cohort;
    },
    removeIfEmpty(field, key) {
      const opened = cohorts[field].get(key);
      if (opened?.cohort.size !== 0) return;
      cohorts[field].delete(key);
      opened.giveBack();
    },
    isEmpty: () => FIELDS.every((field) => cohorts[field].size === 0),
    changed,
    introduce(field, cohort, subject) {
      const underWay = introductions.get(cohort);
      if (underWay !== undefined) return underWay;
      paces[field].hold();
      const introduction = refresh(field, [{ cohort, subject }]).finally(() => introductions.delete(cohort));
      introductions.set(cohort, introduction);
      return introduction;
    },
    stop() {
      isStopped = true;
      clearTimeout(retry);
      for (const field of FIELDS) paces[field].stop();
    },
  };
}

/** That the database is away is told by who watches it, not for every event. */
const levelOf = (error: unknown): 'debug' | 'warn' => (isDatabaseUnavailable(error) ? 'debug' : 'warn');

/** Waits for all, however one ends: the next tick must not overtake those that are still under way. */
async function allRefreshed(cohorts: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(cohorts);
  await Promise.all(cohorts);
}
