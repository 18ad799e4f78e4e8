import type { Database, Sql } from '../../database/database';
import { endClaim, type Watch, watchRetention } from '../../database/retention-watch';
import { countRefusedStores, dueStoresAfter } from '../../database/sealed-days';
import { countRefusedEvents, type DueEvents, dueEventsAfter } from '../../database/sealed-events';
import type { BusinessCalendar } from '../../domain/calendar';
import { addDays, DAY_IN_MS } from '../../domain/days';
import type { Instant, LocalDay } from '../../domain/values';
import type { FaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import type { Clock } from '../../runtime/clock';
import { createPeriodic } from '../periodic';
import type { AppliedLog } from './applied-log';
import { type Attempts, createAttempts } from './attempts';
import { haveLettersLeave } from './leave-letters';
import { haveRegistrationsLeave } from './leave-registrations';
import { haveSalesLeave } from './leave-sales';
import { beginMonths, dropMonths, makeMonths } from './months';
import { createPause, type Pieces } from './piece-by-piece';
import { noticeDays, sealDays } from './seal-days';
import { noticeEndedEvents, sealEndedEvents } from './seal-events';

export interface RetentionOptions {
  readonly database: Database;
  /** How many days behind its end an event is noticed, to be sealed. */
  readonly days: number;
  /** This run of this process. */
  readonly worker: string;
  readonly appliedLog: AppliedLog;
  readonly calendar: Pick<BusinessCalendar, 'dayOf'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of what is due and not sealed, since its counts are not what its rows add up to. */
  readonly refusals: Pick<FaultLog, 'failed' | 'worked'>;
  /** Aborted when the process is to stop: no further piece is begun. */
  readonly stopping: AbortSignal;
}

/** What ended is sealed when it has been as it was noticed for so long, and the service has been watched as long. */
const QUIET_MS = 7 * DAY_IN_MS;
/** What was refused is compared once more so long after. */
const REFUSED_FOR_MS = DAY_IN_MS;
/** Where no worker has looked for so long the database may have gone back, or the log waits for workers that were away. */
const LONGEST_PAUSE_MS = 6 * 3_600_000;
const RENEW_EVERY_MS = 60_000;
const CLAIMED_FOR_MS = 5 * RENEW_EVERY_MS;

/**
 * Has the rows of what is sealed leave, notices what ended long enough ago, and seals what was noticed days ago. One worker at a time is at
 * it; the others only look.
 *
 * @returns whether it was this one, and had all of it tried
 * @throws what could not be done, behind all that could
 */
export async function enforceRetention(options: RetentionOptions): Promise<boolean> {
  const { database, appliedLog, log, worker } = options;
  await appliedLog.look(database);
  const begun = await watch(options);
  if (!begun.isClaimed) return false;
  const lost = new AbortController();
  const renewal = createPeriodic({
    name: 'retention claim',
    everyMs: RENEW_EVERY_MS,
    firstAfterMs: RENEW_EVERY_MS,
    async work() {
      // A tick may take hours, and what is sealed at its end has to be behind what was sent by then.
      await appliedLog.look(database);
      if (!goesOn(await watch(options))) lost.abort();
    },
    log,
  });
  renewal.start();
  try {
    return await workOn({ ...options, stopping: AbortSignal.any([options.stopping, lost.signal]) }, begun);
  } finally {
    await renewal.stop();
    // It ends by itself: where the database is away, that is what is told.
    await endClaim(database, worker).catch(() => undefined);
  }
}

/** Looks, renews the claim if this worker has it, and tells where the watch begins anew. */
async function watch(options: RetentionOptions): Promise<Watch> {
  const { database, worker, days, clock } = options;
  const look = { worker, days, now: clock.now(), claimedForMs: CLAIMED_FOR_MS, pauseMs: LONGEST_PAUSE_MS };
  const found = await watchRetention(database, look);
  tellOf(options, found);
  return found;
}

/** Whether the watch, and the claim, are those that the work was begun with. */
const goesOn = ({ wasClaimed, begun }: Watch): boolean => wasClaimed && begun === undefined;

const BEGINNINGS = {
  first: 'RETENTION_DAYS is new',
  'other days': 'RETENTION_DAYS is another than the last worker had that looked',
  pause: 'no worker had looked for hours: the database may have gone back',
};

function tellOf({ log, days }: RetentionOptions, { begun, since }: Watch): void {
  if (begun === undefined) return;
  const notBefore = new Date(since + QUIET_MS).toISOString();
  log.warn({ days, notBefore, why: BEGINNINGS[begun] }, 'nothing is sealed for some days');
}

async function workOn(options: RetentionOptions, { begun }: Watch): Promise<boolean> {
  const { database, clock, stopping } = options;
  const attempts = createAttempts();
  const part: Part = {
    ...{ database, attempts, now: () => clock.now(), isStopping: () => stopping.aborted },
    pause: createPause(stopping),
  };
  await attempts.to(() => makeMonths(database, clock.now()));
  await attempts.to(() => dropMonths(part));
  await attempts.to(() => haveRegistrationsLeave(part));
  await attempts.to(() => haveSalesLeave(part));
  // Of two workers with different numbers one would notice what the other takes back, and again.
  if (begun !== 'other days') await notice(options, part);
  // Looked at once more: rows may have left for hours.
  const present = await watch(options);
  const isOver = !goesOn(present) || stopping.aborted;
  if (!isOver && present.since <= clock.now() - QUIET_MS) {
    await attempts.to(() => haveLettersLeave({ ...part, days: options.days }));
    await attempts.to(() => seal(options, part));
  }
  await attempts.to(() => tellOfRefusals(options));
  attempts.end();
  return !isOver && !stopping.aborted;
}

/** What each part of the work is done with. */
interface Part extends Pieces {
  readonly database: Database;
  readonly attempts: Attempts;
  readonly now: () => Instant;
}

/** Until which instant an event has to have ended, and before which day a sale has to have been made. */
function boundsOf({ days, calendar, clock }: RetentionOptions): { endedBefore: Instant; before: LocalDay } {
  const now = clock.now();
  return {
    endedBefore: (now - days * DAY_IN_MS) as Instant,
    before: addDays(calendar.dayOf(now), -days),
  };
}

async function notice(options: RetentionOptions, part: Part): Promise<void> {
  const bounds = boundsOf(options);
  const events = (await part.attempts.to(() => noticeEndedEvents({ ...part, ...bounds }))) ?? 0;
  const stores = (await part.attempts.to(() => noticeDays({ ...part, ...bounds }))) ?? 0;
  if (events + stores === 0) return;
  const notBefore = new Date(options.clock.now() + QUIET_MS).toISOString();
  options.log.info({ events, stores, notBefore }, 'events and days of stores are to be sealed');
}

async function seal(options: RetentionOptions, part: Part): Promise<void> {
  const { database, clock, appliedLog } = options;
  const noticedBefore = (clock.now() - QUIET_MS) as Instant;
  const refusedBefore = (clock.now() - REFUSED_FOR_MS) as Instant;
  const bounds = boundsOf(options);
  const due = { endedBefore: bounds.endedBefore, noticedBefore, refusedBefore };
  if (part.isStopping() || !(await isAnythingDue(database, due))) return;
  await takeStep(options);
  let isApplied = true;
  const requireApplied = async (sql: Pick<Sql, 'query'>): Promise<void> => {
    isApplied = false;
    await appliedLog.require(sql);
    isApplied = true;
  };
  const isStopping = (): boolean => part.isStopping() || !isApplied;
  const sealing = { ...part, ...bounds, due, isStopping, requireApplied };
  const events = (await part.attempts.to(() => sealEndedEvents(sealing))) ?? 0;
  const stores = (await part.attempts.to(() => sealDays(sealing))) ?? 0;
  if (events + stores > 0) options.log.info({ events, stores }, 'events and days of stores are sealed');
}

async function isAnythingDue(sql: Pick<Sql, 'query'>, due: DueEvents): Promise<boolean> {
  const events = await dueEventsAfter(sql, null, due, 1);
  return events.length > 0 || (await dueStoresAfter(sql, null, due, 1)).length > 0;
}

/**
 * Done ahead of what is sealed, and of the comparison. Not while something may not be applied: a worker of the release before that holds it
 * up is to be replaced, and not to be kept out.
 */
async function takeStep({ database, appliedLog, clock, log }: RetentionOptions): Promise<void> {
  await appliedLog.require(database);
  await beginMonths(database, clock.now(), () =>
    log.warn('what is old is sealed from now on: a release that knows nothing of it cannot write any more'),
  );
}

/** What is not right stays as it is, and is told of for as long as it is not. */
async function tellOfRefusals({ database, refusals }: RetentionOptions): Promise<void> {
  const events = await countRefusedEvents(database);
  const stores = await countRefusedStores(database);
  if (events + stores === 0) refusals.worked();
  else
    refusals.failed(
      new Error(
        `${events} events and the days of ${stores} stores are not sealed: what is counted is not what their rows add up to ` +
          '(npm run verify names them).',
      ),
    );
}
