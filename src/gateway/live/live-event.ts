import { isDatabaseUnavailable } from '../../platform/database/unavailable';
import type { Logger } from '../../platform/log';
import type { OperationContext } from '../../resolvers/context';
import { type LiveField, PACE_MS } from '../../resolvers/live-source';
import type { EventId } from '../../schema/values';
import type { Cohort } from './cohort';
import { createPace, type Pace } from './pace';
import type { Rounds } from './rounds';

/** An event that somebody watches: its cohorts, by how often they may be refreshed. */
export interface LiveEvent {
  readonly eventId: EventId;
  cohort(field: LiveField, key: string, create: () => Cohort): Cohort;
  /** Takes away a cohort that nobody is left in. */
  removeIfEmpty(field: LiveField, key: string): void;
  isEmpty(): boolean;
  /** Something about the event has changed, or may have; for one field, or both. */
  changed(field?: LiveField): void;
  /** Refreshes one cohort for whoever has just come; resolves when it has a value, or cannot have one now. */
  introduce(field: LiveField, cohort: Cohort): Promise<void>;
  stop(): void;
}

export interface LiveEventOptions {
  readonly eventId: EventId;
  /** Where values are made, together with those of other events that are due. */
  readonly rounds: Readonly<Record<LiveField, Rounds<OperationContext>>>;
  readonly log: Logger;
}

const FIELDS: readonly LiveField[] = ['participantCount', 'dashboardUpdated'];
/** When a round failed, the database being away for one, it is tried again. */
const RETRY_AFTER_MS = 1_000;

export function createLiveEvent({ eventId, rounds, log }: LiveEventOptions): LiveEvent {
  const cohorts: Record<LiveField, Map<string, Cohort>> = {
    participantCount: new Map(),
    dashboardUpdated: new Map(),
  };
  const introductions = new Map<Cohort, Promise<void>>();
  let isFailing = false;
  let isStopped = false;
  let retry: NodeJS.Timeout | undefined;

  async function refresh(field: LiveField, targets: Iterable<Cohort>, begin?: () => void): Promise<void> {
    try {
      await rounds[field].join(async (context) => {
        begin?.();
        await allRefreshed([...targets].map((cohort) => cohort.refresh({ eventId }, context)));
      });
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
    createPace(PACE_MS[field], (begin) => refresh(field, cohorts[field].values(), begin));
  const paces = Object.fromEntries(FIELDS.map((field) => [field, paceOf(field)])) as Record<LiveField, Pace>;

  function changed(only?: LiveField): void {
    for (const field of only ? [only] : FIELDS) if (cohorts[field].size > 0) paces[field].trigger();
  }

  return {
    eventId,
    cohort(field, key, create) {
      const known = cohorts[field].get(key);
      if (known !== undefined) return known;
      const made = create();
      cohorts[field].set(key, made);
      return made;
    },
    removeIfEmpty(field, key) {
      if (cohorts[field].get(key)?.size === 0) cohorts[field].delete(key);
    },
    isEmpty: () => FIELDS.every((field) => cohorts[field].size === 0),
    changed,
    introduce(field, cohort) {
      const underWay = introductions.get(cohort);
      if (underWay !== undefined) return underWay;
      paces[field].hold();
      const introduction = refresh(field, [cohort]).finally(() => introductions.delete(cohort));
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

/** Waits for all, however one ends: the context is closed afterwards, and the others would lose it half-way. */
async function allRefreshed(cohorts: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(cohorts);
  await Promise.all(cohorts);
}
