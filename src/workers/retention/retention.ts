import type { Database } from '../../database/database';
import { findPartitionBehind } from '../../database/partition-progress';
import type { BusinessCalendar } from '../../domain/calendar';
import { addDays, DAY_IN_MS } from '../../domain/days';
import type { Instant } from '../../domain/values';
import type { Clock } from '../../runtime/clock';
import { haveRegistrationsLeave, haveSalesLeave } from './leave';
import { sealDays } from './seal-days';
import { sealEvents } from './seal-events';

export interface RetentionOptions {
  readonly database: Database;
  /** How many days behind its end an event is sealed. */
  readonly days: number;
  /** The topics as the broker knows them; none where messages come from no log. */
  readonly topics: readonly string[];
  readonly calendar: Pick<BusinessCalendar, 'dayOf'>;
  readonly clock: Clock;
  /** Whether to begin no further piece. */
  readonly isStopping?: () => boolean;
}

const MINUTE_MS = 60_000;
/** Nothing is sealed while the log is applied less far than this. */
const APPLIED_WITHIN_MS = 60 * MINUTE_MS;

/**
 * Seals what ended long enough ago, and has the rows of what is sealed leave.
 *
 * @throws when something could not be sealed, behind all that could be done
 */
export async function enforceRetention(options: RetentionOptions): Promise<void> {
  const { database, clock, isStopping = () => false } = options;
  const obstacle = (await describeBehind(options)) ?? (await seal(options));
  await haveRegistrationsLeave({ database, now: () => clock.now(), isStopping });
  await haveSalesLeave({ database, isStopping });
  if (obstacle !== undefined) throw new Error(obstacle);
}

/**
 * Which partition is not applied as far as it has to be. A database that went back, and workers that were away, have registrations
 * ahead of them that were sent long before their event was due: sealed now, it would refuse them.
 */
async function describeBehind({ database, topics, clock }: RetentionOptions): Promise<string | undefined> {
  const now = clock.now();
  const behind = await findPartitionBehind(database, topics, {
    writtenBefore: (now - APPLIED_WITHIN_MS) as Instant,
    observedAfter: (now - MINUTE_MS) as Instant,
  });
  if (behind === undefined) return undefined;
  return `Nothing is sealed: ${behind.topic}/${behind.partition} is not known to be applied up to an hour ago.`;
}

/** @returns what kept events or days from being sealed */
async function seal({
  database,
  days,
  calendar,
  clock,
  isStopping = () => false,
}: RetentionOptions): Promise<string | undefined> {
  const now = clock.now();
  const { refused: events } = await sealEvents({
    database,
    now,
    endedBefore: (now - days * DAY_IN_MS) as Instant,
    isStopping,
  });
  const stores = await sealDays({
    database,
    before: addDays(calendar.dayOf(now), -days),
    isStopping,
  });
  if (events.length + stores.length === 0) return undefined;
  return (
    `${events.length} events and the days of ${stores.length} stores are not sealed: what is counted is not what their rows add up to ` +
    '(npm run verify names them).'
  );
}
