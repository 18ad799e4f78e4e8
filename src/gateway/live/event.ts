import { isDatabaseUnavailable } from '../../database/unavailable';
import type { Logger } from '../../observability/log';
import { type Causes, createCauses } from '../../observability/traces/causes';
import { currentCause } from '../../observability/traces/current-span';
import type { Traceparent } from '../../observability/traces/span';
import type { OperationContext } from '../../resolvers/context';
import { LIVE_FIELDS, type LiveField, type PerField, perField } from '../../resolvers/live-source';
import type { EventId, StoreId } from '../../domain/values';
import type { Cohort } from './cohort';
import type { CohortQuota, NewCohort } from './quotas';
import { createThrottle, type ExecutionStages } from './throttle';
import type { TickScheduler } from './tick-scheduler';

/** Which cohort a subscriber belongs to, and how to create it for the first subscriber. */
export interface CohortSpec {
  readonly key: string;
  readonly create: () => Cohort;
  readonly newCohort: NewCohort;
}

/** An event with subscribers: its cohorts, and a throttle for each field. */
export interface LiveEvent {
  readonly eventId: EventId;
  /** The cohort, created if there is none. @throws AppError TOO_MANY_REQUESTS when it would be one too many */
  cohort(field: LiveField, spec: CohortSpec): Cohort;
  /** Removes a cohort without subscribers. */
  removeIfEmpty(field: LiveField, key: string): void;
  isEmpty(): boolean;
  /** To be called when the event has changed, or may have; for one field, or all. */
  changed(field?: LiveField, cause?: Traceparent): void;
  /** To be called when something of the event's store has changed: only fields that depend on it execute. */
  storeChanged(cause?: Traceparent): void;
  /**
   * Executes a new cohort for its first value, in its token's share of a tick; resolves when it has one, or cannot have one now.
   */
  executeFirst(field: LiveField, cohort: Cohort, subject: string): Promise<void>;
  stop(): void;
}

export interface LiveEventOptions {
  readonly eventId: EventId;
  /** Shared with all other events. */
  readonly ticks: PerField<TickScheduler<OperationContext>>;
  readonly quotas: PerField<CohortQuota>;
  /** Called with the store that the event had, after each execution. */
  readonly onRead: (storeId: StoreId) => void;
  readonly log: Logger;
}

/** A cohort, and the token that opened it: a tick takes from each token in rotation. */
interface Target {
  readonly cohort: Cohort;
  readonly subject: string;
}

/** What an execution is due to, asked when it begins. */
type CausesOf = () => readonly Traceparent[];

interface OpenCohort extends Target {
  readonly release: () => void;
}

/** For an execution outside the throttle. */
const UNTHROTTLED: ExecutionStages = { started: () => undefined, valueMade: () => undefined };

const FIELDS: readonly LiveField[] = Object.values(perField((field) => field));
const STORE_FIELDS = FIELDS.filter((field) => LIVE_FIELDS[field].dependsOnStore);
/** After a failed execution, for instance while the database is unavailable. */
const RETRY_AFTER_MS = 1_000;

export function createLiveEvent({ eventId, ticks, quotas, onRead, log }: LiveEventOptions): LiveEvent {
  const cohorts = perField(() => new Map<string, OpenCohort>());
  const causes = perField(createCauses);
  const firstExecutions = new Map<Cohort, Promise<void>>();
  let isFailing = false;
  let isStopped = false;
  let retry: NodeJS.Timeout | undefined;

  /** Calls `started` once, when the first target reads; at once without targets. */
  async function refresh(
    field: LiveField,
    targets: readonly Target[],
    { started, valueMade }: ExecutionStages,
    causesOf: CausesOf,
  ): Promise<void> {
    let hasStarted = false;
    function startOnce(): void {
      if (!hasStarted) started();
      hasStarted = true;
    }
    async function one({ cohort, subject }: Target): Promise<void> {
      const work = (context: OperationContext): Promise<void> => {
        startOnce();
        return cohort.refresh({ eventId }, context, valueMade);
      };
      await ticks[field].schedule(work, subject, causesOf);
      if (cohort.last !== undefined) onRead(cohort.last.storeId);
    }
    if (targets.length === 0) startOnce();
    try {
      await allSettledThenThrow(targets.map(one));
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        log[levelOf(error)]({ err: error, eventId }, 'a live event could not be refreshed; trying again');
      isFailing = true;
      clearTimeout(retry);
      if (!isStopped) retry = setTimeout(() => changed(), RETRY_AFTER_MS).unref();
    }
  }

  const throttles = perField((field) =>
    createThrottle(LIVE_FIELDS[field].throttleMs, (stages) =>
      refresh(field, [...cohorts[field].values()], stages, takenOnce(causes[field])),
    ),
  );

  function changed(only?: LiveField, cause?: Traceparent): void {
    for (const field of only ? [only] : FIELDS) {
      if (cohorts[field].size === 0) continue;
      causes[field].add(cause);
      throttles[field].trigger();
    }
  }

  return {
    eventId,
    cohort(field, { key, create, newCohort }) {
      const known = cohorts[field].get(key);
      if (known !== undefined) return known.cohort;
      const release = quotas[field].acquire(newCohort);
      const cohort = create();
      cohorts[field].set(key, { cohort, subject: newCohort.subject, release });
      return cohort;
    },
    removeIfEmpty(field, key) {
      const open = cohorts[field].get(key);
      if (open?.cohort.size !== 0) return;
      cohorts[field].delete(key);
      open.release();
    },
    isEmpty: () => Object.values(cohorts).every(({ size }) => size === 0),
    changed,
    storeChanged: (cause) => STORE_FIELDS.forEach((field) => changed(field, cause)),
    executeFirst(field, cohort, subject) {
      const running = firstExecutions.get(cohort);
      if (running !== undefined) return running;
      throttles[field].postpone();
      const asking = currentCause();
      const execution = refresh(field, [{ cohort, subject }], UNTHROTTLED, () =>
        asking === undefined ? [] : [asking],
      ).finally(() => firstExecutions.delete(cohort));
      firstExecutions.set(cohort, execution);
      return execution;
    },
    stop() {
      isStopped = true;
      clearTimeout(retry);
      for (const throttle of Object.values(throttles)) throttle.stop();
    },
  };
}

/** All cohorts of an execution are due to the same, even where they are in different ticks. */
function takenOnce(causes: Causes): CausesOf {
  let taken: readonly Traceparent[] | undefined;
  return () => (taken ??= causes.take());
}

/** The connection to the database logs once that it is unavailable; it is not logged again for every event. */
const levelOf = (error: unknown): 'debug' | 'warn' => (isDatabaseUnavailable(error) ? 'debug' : 'warn');

/** Waits for all even if one fails: the next execution must not overtake those that still run. */
async function allSettledThenThrow(refreshes: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(refreshes);
  await Promise.all(refreshes);
}
