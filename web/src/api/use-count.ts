import { useEffect, useState } from 'preact/hooks';
import { LiveCountDocument, type LiveCountSubscription } from '../../generated/operations';
import { session } from '../session/session';
import { watch } from './live';

export type LiveCount = LiveCountSubscription['participantCount'];

/** The number of participants as it climbs; undefined until the first value has come. */
export function useCount(eventId: string, isWanted: boolean, moment = 0): LiveCount | undefined {
  const token = session.value?.token;
  const [count, setCount] = useState<LiveCount>();
  useEffect(() => {
    if (!isWanted || token === undefined) return;
    return watch(LiveCountDocument, { eventId }, ({ participantCount }) => setCount(participantCount));
  }, [eventId, isWanted, token, moment]);
  return count;
}
