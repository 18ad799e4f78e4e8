import type { EventStatus, Instant } from './values';
import type { EventFacts } from './facts';

/** SCHEDULED before startAt, RUNNING from it until before endAt, ENDED from endAt on. */
export function eventStatus(event: Pick<EventFacts, 'startAt' | 'endAt'>, now: Instant): EventStatus {
  if (now < event.startAt) return 'SCHEDULED';
  return now < event.endAt ? 'RUNNING' : 'ENDED';
}
