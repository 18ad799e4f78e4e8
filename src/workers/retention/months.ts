import type { Database } from '../../database/database';
import { divideByMonths, isDivided, requireNothingBound } from '../../database/months/divide';
import { keepLastReleaseOut } from '../../database/months/last-release';
import {
  dropMonth,
  emptyMonth,
  makeMonth,
  markMonthEmptied,
  type Month,
  type MonthState,
  monthsToLeave,
  readMonths,
} from '../../database/months/month-tables';
import { DAY_IN_MS } from '../../domain/days';
import type { Instant } from '../../domain/values';
import type { Attempts } from './attempts';

/**
 * The step ahead of what is sealed first, which is not taken back: keeps the release before out, and has the registrations of events that
 * become known from now on lie by months, so that a month's rows can leave at once. Over several nodes they lie as they did. It may be done
 * again and again: what is done already is left.
 *
 * @param onKeptOut called where the release before could write until now
 * @throws what it could not do yet, since others use the tables; the same is tried again
 */
export async function beginMonths(
  database: Database,
  now: Instant,
  onKeptOut: () => void = () => undefined,
): Promise<void> {
  // The release before is not kept out for something that has to wait for somebody else.
  if (!database.isDistributed && !(await isDivided(database)))
    await requireNothingBound(database, 'participants');
  if (await keepLastReleaseOut(database)) onKeptOut();
  if (database.isDistributed) return;
  await divideByMonths(database);
  await makeMonths(database, now);
}

/** Has the tables of this month and the next be there, where registrations lie by months. */
export async function makeMonths(database: Database, now: Instant): Promise<void> {
  if (database.isDistributed || !(await isDivided(database))) return;
  const known = await readMonths(database);
  for (const month of monthsToBe(known, now)) if (!isThere(known, month)) await makeMonth(database, month);
}

const isThere = (known: readonly MonthState[], { month }: Month): boolean =>
  known.some((state) => state.month === month && state.isAttached && state.beginsAt !== null);

/** A month begins where UTC says: no figure shows it, and a time zone that is configured anew must not move what lies in it. */
const monthAt = (now: Instant, later = 0): Month => {
  const day = new Date(now);
  const beginsAt = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + later) as Instant;
  const first = new Date(beginsAt);
  return { month: first.getUTCFullYear() * 100 + first.getUTCMonth() + 1, beginsAt };
};

/** This month begins now where it has no table yet: events that became known in it lie with those before. */
function monthsToBe(known: readonly MonthState[], now: Instant): Month[] {
  const begun = known.flatMap(({ month, beginsAt }) => (beginsAt === null ? [] : [{ month, beginsAt }]));
  return [...begun, { ...monthAt(now), beginsAt: now }, monthAt(now, 1)];
}

/** A transaction that began in a month may go on for a while behind its end. */
const OVER_FOR_MS = DAY_IN_MS;
/** A standby that takes over may not know yet of what was sealed a moment ago. */
const SEALED_FOR_MS = 3_600_000;
const EVENTS_PER_PIECE = 1_000;

export interface MonthsLeaving {
  readonly database: Pick<Database, 'query' | 'transaction' | 'readAtLength' | 'isDistributed'>;
  readonly now: () => Instant;
  readonly isStopping: () => boolean;
  readonly attempts: Attempts;
}

/**
 * Has the registrations leave, month by month, of months that are over and whose events are all sealed. First the table is emptied, which
 * leaves all others free, and gives its room back to the disk; it is dropped when all can be kept from all tables for an instant.
 * Ended in between it goes on the next time.
 */
export async function dropMonths(options: MonthsLeaving): Promise<void> {
  const { database, now, isStopping, attempts } = options;
  if (database.isDistributed || !(await isDivided(database))) return;
  const leaving = {
    overBefore: (now() - OVER_FOR_MS) as Instant,
    sealedBefore: (now() - SEALED_FOR_MS) as Instant,
  };
  for (const month of await monthsToLeave(database, leaving)) {
    if (isStopping()) return;
    await attempts.to(async () => {
      if (!(await emptyMonth(database, month, leaving))) return;
      let marked = EVENTS_PER_PIECE;
      while (marked === EVENTS_PER_PIECE && !isStopping())
        marked = await database.transaction((sql) => markMonthEmptied(sql, month, now(), EVENTS_PER_PIECE));
      await dropMonth(database, month);
    });
  }
}
