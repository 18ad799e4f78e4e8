import { useEffect, useState } from 'preact/hooks';
import {
  LiveCountDocument,
  type LiveCountSubscription,
  type LiveCountSubscriptionVariables,
} from '../../generated/operations';
import { session } from '../session/session';
import { watch } from './live';

export type LiveCount = LiveCountSubscription['participantCount'];

/** The number of participants as it climbs; undefined until the first value has come. */
export function useCount(eventId: string, moment = 0): LiveCount | undefined {
  const token = session.value?.token;
  const [count, setCount] = useState<LiveCount>();
  useEffect(() => {
    if (token === undefined) return;
    // Read anew at each connection: another gateway may know less, and the count must not go back.
    const seen: LiveCountSubscriptionVariables = { eventId, afterVersion: null };
    return watch(LiveCountDocument, seen, ({ participantCount }) => {
      seen.afterVersion = participantCount.version;
      setCount(participantCount);
    });
  }, [eventId, token, moment]);
  return count;
}
