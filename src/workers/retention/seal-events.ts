import type { Database, Sql } from '../../database/database';
import { lockEvents } from '../../database/event-counts';
import {
  type DueEvents,
  dueEventsAfter,
  type EndedEvent,
  eventsNotDue,
  eventsToLookAt,
  findEnded,
  forgetNotices,
  noticeEvents,
  refuseEvents,
  sealEvents,
} from '../../database/sealed-events';
import { compareRollup } from '../../database/verification/compare-rollup';
import { participantRollups } from '../../database/verification/participants';
import type { EventId, Instant } from '../../domain/values';
import type { Attempts } from './attempts';

/** So many events are locked at a time: a batch for one of them waits for some milliseconds. */
const EVENTS_PER_ROUND = 50;
/** So many are asked at a time whether they have ended: most that are not sealed have not for so long. */
const EVENTS_LOOKED_AT = 1_000;
/** Those of one snapshot have no more rows, unless one has alone: while one is read for long PostgreSQL cannot tidy up. */
const ROWS_PER_SNAPSHOT = 1_000_000;

interface Looking {
  readonly database: Pick<Database, 'query' | 'execute' | 'transaction' | 'readAtLength'>;
  readonly now: () => Instant;
  readonly isStopping: () => boolean;
}

export interface Noticing extends Looking {
  readonly endedBefore: Instant;
  readonly attempts: Attempts;
}

/**
 * The first look: notes how the events are that ended before an instant. They are sealed by another look, days later, if they are like that
 * still: an end that was mistyped can be mended until then, and what is being sent of long ago is still under way.
 *
 * @returns how many were noticed
 */
export async function noticeEndedEvents(options: Noticing): Promise<number> {
  const { database, endedBefore, isStopping, attempts } = options;
  await attempts.to(() => forgetThoseNotDue(options));
  let noticed = 0;
  let last: EventId | null = null;
  while (!isStopping()) {
    const events: EventId[] = await eventsToLookAt(database, last, EVENTS_LOOKED_AT);
    if (events.length === 0) break;
    const ended = await findEnded(database, events, endedBefore);
    for (let first = 0; first < ended.length && !isStopping(); first += EVENTS_PER_ROUND) {
      const round = ended.slice(first, first + EVENTS_PER_ROUND);
      noticed += (await attempts.to(() => notice(options, round))) ?? 0;
    }
    last = events.at(-1)!;
  }
  return noticed;
}

/** @returns how many */
function notice({ database, now }: Looking, events: readonly EventId[]): Promise<number> {
  return database.transaction(async (sql) => {
    await lockEvents(sql, events, now());
    await noticeEvents(sql, events, now());
    return events.length;
  });
}

/** Of events that were given a later end, or of all where RETENTION_DAYS was made longer. */
async function forgetThoseNotDue({ database, endedBefore, isStopping, now }: Noticing): Promise<void> {
  while (!isStopping()) {
    const events = await eventsNotDue(database, endedBefore, EVENTS_PER_ROUND);
    if (events.length > 0)
      await database.transaction(async (sql) => {
        await lockEvents(sql, events, now());
        await forgetNotices(sql, events);
      });
    if (events.length < EVENTS_PER_ROUND) return;
  }
}

export interface Sealing extends Looking {
  readonly due: DueEvents;
  /** Throws while something may not be applied yet that was sent before; asked behind the locks. */
  readonly requireApplied: (sql: Sql) => Promise<void>;
  readonly attempts: Attempts;
}

/**
 * The second look: seals the events that are as they were noticed. From then on no registration is added to them, so that their rows can
 * leave. Ahead of that their counts are held against these rows for the last time, without a lock; an event that changes in between is left
 * for the next time. One whose counts are not what its rows add up to keeps them: they are all that could tell what is right.
 *
 * @returns how many were sealed
 */
export async function sealEndedEvents(options: Sealing): Promise<number> {
  const { isStopping, attempts } = options;
  let sealed = 0;
  let last: EventId | null = null;
  while (!isStopping()) {
    const found: Found = await look(options, last);
    if (found.last === undefined) break;
    await attempts.to(() => note(options, found));
    if (found.right.length > 0 && !isStopping())
      sealed += (await attempts.to(() => seal(options, found.right))) ?? 0;
    last = found.last;
  }
  return sealed;
}

/** What one snapshot shows of some events. */
interface Found {
  /** As they were noticed, and what their rows add up to. */
  readonly right: EndedEvent[];
  readonly wrong: EventId[];
  /** Other than they were noticed. */
  readonly changed: EventId[];
  /** Behind which to go on; undefined when there was none. */
  last: EventId | undefined;
}

function look({ database, due, isStopping }: Sealing, after: EventId | null): Promise<Found> {
  return database.readAtLength(async (sql) => {
    const found: Found = { right: [], wrong: [], changed: [], last: undefined };
    let rows = 0;
    for (const event of await dueEventsAfter(sql, after, due, EVENTS_PER_ROUND)) {
      rows += event.participants;
      if (isStopping() || (found.last !== undefined && rows > ROWS_PER_SNAPSHOT)) break;
      found.last = event.eventId;
      if (event.present !== event.noticed) found.changed.push(event.eventId);
      else if (await isRight(sql, event.eventId)) found.right.push(event);
      else found.wrong.push(event.eventId);
    }
    return found;
  });
}

async function isRight(sql: Pick<Sql, 'query'>, eventId: EventId): Promise<boolean> {
  for (const check of participantRollups) {
    const drifts = await compareRollup(sql, check, { first: eventId, last: eventId }, 1);
    if (drifts.length > 0) return false;
  }
  return true;
}

async function note(options: Sealing, { changed, wrong }: Found): Promise<void> {
  if (changed.length > 0) await notice(options, changed);
  if (wrong.length === 0) return;
  const { database, now } = options;
  await database.transaction(async (sql) => {
    await lockEvents(sql, wrong, now());
    await refuseEvents(sql, wrong, now());
  });
}

function seal({ database, now, requireApplied }: Sealing, events: readonly EndedEvent[]): Promise<number> {
  return database.transaction(async (sql) => {
    await lockEvents(
      sql,
      events.map(({ eventId }) => eventId),
      now(),
    );
    await requireApplied(sql);
    return sealEvents(sql, events, now());
  });
}
