import type { EventId, EventStatus, Instant, StoreId } from '../../domain/values';
import { timestamp } from '../parameters';

/** Where a stretch of a list begins: behind this event. */
export interface EventCursor {
  readonly startAt: Instant;
  readonly eventId: EventId;
}

/** Which events of a store belong to a list; null for no condition. */
export interface EventFilter {
  readonly status: EventStatus | null;
  /** Those whose period overlaps the time from here on. */
  readonly from: Instant | null;
  /** Those whose period overlaps the time before this. */
  readonly to: Instant | null;
}

/** A stretch of the list of a store's events, newest first. */
export interface EventStretch {
  readonly storeId: StoreId;
  readonly filter: EventFilter;
  readonly limit: number;
  /** Null for the beginning of the list. */
  readonly after: EventCursor | null;
}

/** Takes a value as one more parameter. @returns how the text of the statement names it */
export type Given = (value: unknown, type: string) => string;

/**
 * Conditions of `e` that are about when an event starts. Only those that are given stand in the text: where one may be none, no
 * index can tell where to begin. A status is the same as `eventStatus` of the domain.
 */
export function conditionsByStart({ filter, after }: EventStretch, now: Instant, given: Given): string[] {
  const { status, to } = filter;
  return [
    ...(status === 'SCHEDULED' ? [`e.start_at > ${at(now, given)}`] : []),
    ...(status === 'RUNNING' ? [`e.start_at <= ${at(now, given)}`] : []),
    ...(to === null ? [] : [`e.start_at < ${at(to, given)}`]),
    ...(after === null
      ? []
      : [`(e.start_at, e.event_id) < (${at(after.startAt, given)}, ${given(after.eventId, 'uuid')})`]),
  ];
}

/** The same about when it ends. */
export function conditionsByEnd({ filter }: EventStretch, now: Instant, given: Given): string[] {
  const { status, from } = filter;
  return [
    ...(status === 'RUNNING' ? [`e.end_at > ${at(now, given)}`] : []),
    ...(status === 'ENDED' ? [`e.end_at <= ${at(now, given)}`] : []),
    ...(from === null ? [] : [`e.end_at > ${at(from, given)}`]),
  ];
}

/** Whether a stretch has any condition that is about ends. */
export const goesByEnd = ({ filter: { status, from } }: EventStretch): boolean =>
  status === 'RUNNING' || status === 'ENDED' || from !== null;

const at = (instant: Instant, given: Given): string => given(timestamp(instant), 'timestamptz');
