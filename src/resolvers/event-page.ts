import { z } from 'zod';
import { badUserInput } from '../errors';
import type { EventCursor, EventStretch } from '../database/event-lists/stretch';
import type { EventRecord } from '../database/events';
import { eventStatus } from '../domain/event-time';
import { parseUuid } from '../domain/uuid';
import type { EventId, Instant, StoreId } from '../domain/values';
import type { EventConnection } from '../schema/event-connection';
import type { EventListArguments } from '../schema/event-list-arguments';
import type { Event } from '../schema/event';
import type { OperationContext } from './context';
import { MOST_PER_PAGE } from './list-limits';

/**
 * What of a store's list a page shows, and one event more, which tells whether there is more.
 *
 * @throws AppError BAD_USER_INPUT for a `first` outside 1 to 100, a `from` or `to` that the database
 *   cannot tell, a `to` not behind `from`, or a cursor that is none of ours
 */
export function stretchOf(
  storeId: StoreId,
  { first, after, status, from, to }: EventListArguments,
): EventStretch {
  if (first < 1 || first > MOST_PER_PAGE) throw badUserInput(`first: must be from 1 to ${MOST_PER_PAGE}`);
  requireTellable('from', from);
  requireTellable('to', to);
  if (from != null && to != null && to <= from) throw badUserInput('to: must be later than from');
  return {
    storeId,
    filter: { status: status ?? null, from: from ?? null, to: to ?? null },
    limit: first + 1,
    after: after == null ? null : decodeCursor(after),
  };
}

/** What the database reads as it is written. An offset leads an instant of a year with four digits out of them. */
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

function requireTellable(name: string, instant: Instant | null | undefined): void {
  if (instant != null && (instant < FIRST_INSTANT || instant > LAST_INSTANT))
    throw badUserInput(`${name}: must be from the year 1 to the year 9999, in UTC`);
}

/**
 * One page of a store's events, newest first. A cursor holds what the list is sorted by, so a page stays right when
 * events are added ahead of it. Whether the viewer may read the store has been looked at before.
 *
 * @throws AppError as stretchOf
 */
export async function readEventPage(
  { eventPages, now }: OperationContext,
  storeId: StoreId,
  asked: EventListArguments,
): Promise<EventConnection> {
  const stretch = stretchOf(storeId, asked);
  const found = await eventPages.load(stretch);
  const records = found.slice(0, asked.first);
  const [start, end] = [records[0], records.at(-1)];
  return {
    edges: records.map((record) => ({ cursor: encodeCursor(record), node: toEvent(record, now) })),
    pageInfo: {
      hasNextPage: found.length > asked.first,
      hasPreviousPage: stretch.after !== null,
      startCursor: start ? encodeCursor(start) : null,
      endCursor: end ? encodeCursor(end) : null,
    },
  };
}

export function toEvent(record: EventRecord, now: Instant): Event {
  return { ...record, status: eventStatus(record, now) };
}

function encodeCursor({ startAt, eventId }: EventCursor): string {
  return Buffer.from(`${startAt} ${eventId}`).toString('base64url');
}

/** Milliseconds up to the year 2286: later than any event may start, and within what the database can compare. */
const MILLISECONDS = /^\d{1,13}$/;

const cursorParts = z.tuple([z.string().regex(MILLISECONDS).transform(Number), z.string()]);

/** Thirteen digits, a blank and a UUID in base64, filled up to a multiple of four. */
const LONGEST_CURSOR = 68;

function decodeCursor(cursor: string): EventCursor {
  // Whatever its length, and a request may have any, it is looked at no further.
  if (cursor.length > LONGEST_CURSOR) throw badUserInput('after: not a cursor of this list');
  const parts = cursorParts.safeParse(Buffer.from(cursor, 'base64url').toString().split(' '));
  const eventId = parts.data && parseUuid(parts.data[1]);
  if (parts.data === undefined || eventId === undefined)
    throw badUserInput('after: not a cursor of this list');
  return { startAt: parts.data[0] as Instant, eventId: eventId as EventId };
}
