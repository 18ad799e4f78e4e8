import type { EventStatus, Instant } from './values';
import type { EventFacts } from './facts';
import { HOUR_IN_MS, startOfHour } from './instants';

/** SCHEDULED before startAt, RUNNING from it until before endAt, ENDED from endAt on. */
export function eventStatus(event: Pick<EventFacts, 'startAt' | 'endAt'>, now: Instant): EventStatus {
  if (now < event.startAt) return 'SCHEDULED';
  return now < event.endAt ? 'RUNNING' : 'ENDED';
}

/**
 * When an event's numbers next change though nothing happens: the next full hour (buckets and business days begin on
 * one), its start or its end, whichever comes first. A bucket is shown once it has begun before now, so in the very
 * millisecond of a full hour the next change is the one that follows.
 *
 * @returns an instant after now, at most one hour away
 */
export function nextChangeByClock(event: Pick<EventFacts, 'startAt' | 'endAt'>, now: Instant): Instant {
  if (startOfHour(now) === now) return (now + 1) as Instant;
  const nextHour = startOfHour(now) + HOUR_IN_MS;
  const ahead = [nextHour, event.startAt, event.endAt].filter((instant) => instant > now);
  return Math.min(...ahead) as Instant;
}
