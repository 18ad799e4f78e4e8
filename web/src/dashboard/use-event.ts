import type { AnalyticsError } from 'event-analytics-client';
import { OneEventDocument, type OneEventQuery } from '../../generated/operations';
import { reconnections } from '../api/service';
import { useAsked } from '../api/use-asked';
import { useChangesByClock } from '../api/use-changes-by-clock';
import { changesAt } from '../events/status';

export type EventDetails = OneEventQuery['event'];

export interface FoundEvent {
  readonly event: EventDetails | undefined;
  readonly failure: AnalyticsError | undefined;
  readonly retry: () => void;
}

/** The event itself; asked for again when it begins and when it ends, and when the connection is back. */
export function useEvent(eventId: string): FoundEvent {
  const { answer, failure, retry } = useAsked(OneEventDocument, { eventId }, reconnections.value);
  const event = answer?.event;
  useChangesByClock(event && changesAt(event), event, retry);
  return { event, failure, retry };
}
