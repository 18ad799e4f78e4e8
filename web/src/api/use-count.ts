import type { ParticipantCount } from 'event-analytics-client';
import { useEffect, useState } from 'preact/hooks';
import { session, tokenRefused } from '../session/session';
import { follow } from './live';
import { serviceFor } from './service';

/** The number of participants as it climbs; undefined until the first value has come. */
export function useCount(eventId: string, moment = 0): ParticipantCount | undefined {
  const token = session.value?.token;
  const [count, setCount] = useState<ParticipantCount>();
  useEffect(() => {
    if (token === undefined) return;
    const ended = new AbortController();
    const counts = serviceFor(token).live.participantCount(eventId, ended);
    void follow(counts, setCount, ({ kind }) => {
      if (kind === 'unauthenticated') tokenRefused(token);
    });
    return () => ended.abort();
  }, [eventId, token, moment]);
  return count;
}
