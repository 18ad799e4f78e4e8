import { z } from 'zod';
import { badUserInput } from '../errors';
import type { Sql } from '../database/database';
import { type EventCursor, type EventRecord, pageOfEvents } from '../database/events';
import type { PageInfo } from '../schema/event-connection';
import { MOST_PER_PAGE } from './list-limits';
import { parseUuid } from '../domain/uuid';
import type { EventId, Instant, StoreId } from '../domain/values';

export interface EventPage {
  readonly records: readonly EventRecord[];
  readonly pageInfo: PageInfo;
  readonly cursorOf: (event: EventCursor) => string;
}

/**
 * One page of a store's events, newest first. A cursor holds what the list is sorted by, so a page stays right when
 * events are added ahead of it.
 *
 * @throws AppError BAD_USER_INPUT for a `first` outside 1 to 100, or a cursor that is none of ours
 */
export async function readEventPage(
  sql: Sql,
  storeId: StoreId,
  first: number,
  after: string | null,
): Promise<EventPage> {
  if (first < 1 || first > MOST_PER_PAGE) throw badUserInput(`first: must be from 1 to ${MOST_PER_PAGE}`);
  // One more than asked for tells whether there is more.
  const found = await pageOfEvents(sql, storeId, first + 1, after === null ? null : decodeCursor(after));
  const records = found.slice(0, first);
  const [start, end] = [records[0], records.at(-1)];
  return {
    records,
    cursorOf: encodeCursor,
    pageInfo: {
      hasNextPage: found.length > first,
      hasPreviousPage: after !== null,
      startCursor: start ? encodeCursor(start) : null,
      endCursor: end ? encodeCursor(end) : null,
    },
  };
}

function encodeCursor({ startAt, eventId }: EventCursor): string {
  return Buffer.from(`${startAt} ${eventId}`).toString('base64url');
}

/** Milliseconds up to the year 2286: later than any event may start, and within what the database can compare. */
const MILLISECONDS = /^\d{1,13}$/;

const cursorParts = z.tuple([z.string().regex(MILLISECONDS).transform(Number), z.string()]);

function decodeCursor(cursor: string): EventCursor {
  const parts = cursorParts.safeParse(Buffer.from(cursor, 'base64url').toString().split(' '));
  const eventId = parts.data && parseUuid(parts.data[1]);
  if (parts.data === undefined || eventId === undefined)
    throw badUserInput('after: not a cursor of this list');
  return { startAt: parts.data[0] as Instant, eventId: eventId as EventId };
}
