import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../database/database';
import { endClaim, renewClaim, type Watch, watchRetention } from '../../database/retention-watch';
import { countRefused } from '../../database/sealed-events';
import type { BusinessCalendar } from '../../domain/calendar';
import { DAY_IN_MS } from '../../domain/days';
import type { Instant } from '../../domain/values';
import type { Logger } from '../../observability/log';
import type { Clock } from '../../runtime/clock';
import { createPeriodic } from '../periodic';
import type { AppliedLog } from './applied-log';
import { type Attempts, createAttempts } from './attempts';
import { haveRegistrationsLeave } from './leave-registrations';
import { haveSalesLeave } from './leave-sales';
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
 * Has the rows of what is sealed leave, notices what ended long enough ago, and seals what was noticed days ago. One worker at a time is at it;
 * the others only look.
 *
 * @throws what could not be done, behind all that could
 */
export async function enforceRetention(options: RetentionOptions): Promise<void> {
  const { database, appliedLog, log, worker } = options;
  await appliedLog.look(database);
  const watch = await watchRetention(database, lookOf(options));
  tellOf(options, watch);
  if (!watch.isClaimed) return;
  const renewal = createPeriodic({
    name: 'retention claim',
    everyMs: RENEW_EVERY_MS,
    firstAfterMs: RENEW_EVERY_MS,
    work: () => renewClaim(database, lookOf(options)),
    log,
  });
  renewal.start();
  try {
    await workOn(options, watch);
  } finally {
    await renewal.stop();
    await endClaim(database, worker);
  }
}

const lookOf = ({ worker, days, clock }: RetentionOptions) => ({
  ...{ worker, days, now: clock.now() },
  claimedForMs: CLAIMED_FOR_MS,
  pauseMs: LONGEST_PAUSE_MS,
});

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

async function workOn(options: RetentionOptions, watch: Watch): Promise<void> {
  const { stopping } = options;
  const attempts = createAttempts();
  const isStopping = (): boolean => stopping.aborted;
  await leave(options, attempts, isStopping);
  await notice(options, attempts, isStopping);
  const isQuiet = watch.since <= options.clock.now() - QUIET_MS;
  if (isQuiet && !isStopping()) await seal(options, attempts, isStopping);
  attempts.end();
}
