import type { Database, Sql } from '../../database/database';
import { lockEvents } from '../../database/event-counts';
import {
  type EndedEvent,
  endedEventsAfter,
  sealEvents as markSealed,
  tryLockRetention,
} from '../../database/sealed-events';
import { participantRollups } from '../../database/verification/participants';
import { compareRollup } from '../../database/verification/compare-rollup';
import type { EventId, Instant } from '../../domain/values';

/** So many events are locked at a time: a batch for one of them waits for a few milliseconds. */
const EVENTS_PER_ROUND = 100;

export interface SealingOptions {
  readonly database: Pick<Database, 'transaction' | 'readAtLength'>;
  readonly now: Instant;
  readonly endedBefore: Instant;
  readonly isStopping: () => boolean;
}

export interface Sealing {
  readonly sealed: number;
  /** Events whose counts are not what their rows add up to: these are all that could tell what is right, and stay. */
  readonly refused: readonly EventId[];
}

/**
 * Seals the events that ended before an instant: from then on no registration is added to them, so that their rows can leave.
 * Ahead of that their counts are held against these rows for the last time, without a lock. An event that changes in between is left
 * for the next time.
 */
export async function sealEvents({
  database,
  now,
  endedBefore,
  isStopping,
}: SealingOptions): Promise<Sealing> {
  let last: EventId | null = null;
  let sealed = 0;
  const refused: EventId[] = [];
  while (!isStopping()) {
    const after: EventId | null = last;
    const { events, wrong } = await database.readAtLength(async (sql) => {
      const found = await endedEventsAfter(sql, after, endedBefore, EVENTS_PER_ROUND);
      return { events: found, wrong: await findWrong(sql, found) };
    });
    if (events.length === 0) break;
    refused.push(...wrong);
    const right = events.filter(({ eventId }) => !wrong.has(eventId));
    sealed += await database.transaction((sql) => seal(sql, right, now));
    last = events.at(-1)!.eventId;
  }
  return { sealed, refused };
}

async function findWrong(
  sql: Pick<Sql, 'query'>,
  events: readonly EndedEvent[],
): Promise<ReadonlySet<EventId>> {
  const wrong = new Set<EventId>();
  for (const { eventId } of events)
    for (const check of participantRollups) {
      const drifts = await compareRollup(sql, check, { first: eventId, last: eventId }, 1);
      if (drifts.length > 0) wrong.add(eventId);
    }
  return wrong;
}

async function seal(sql: Sql, events: readonly EndedEvent[], now: Instant): Promise<number> {
  if (!(await tryLockRetention(sql))) return 0;
  await lockEvents(
    sql,
    events.map(({ eventId }) => eventId),
    now,
  );
  return markSealed(sql, events, now);
}
