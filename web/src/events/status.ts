import type { EventInListFragment } from '../../generated/operations';

type Timed = Pick<EventInListFragment, 'startAt' | 'endAt' | 'status'>;

/** When the clock gives an event its next status; undefined for what has ended. */
export function changesAt({ startAt, endAt, status }: Timed): string | undefined {
  if (status === 'ENDED') return undefined;
  return status === 'SCHEDULED' ? startAt : endAt;
}

const RANKS = { RUNNING: 0, SCHEDULED: 1, ENDED: 2 } as const;

/** Running ones ahead of those to come, and these of those that are over; of each, the latest first. */
export const runningFirst = (one: Timed, other: Timed): number =>
  RANKS[one.status] - RANKS[other.status] || Date.parse(other.startAt) - Date.parse(one.startAt);
