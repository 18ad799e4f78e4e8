import type { Instant } from '../../domain/values';
import { isOlder, type LiveValue, type Subscriber } from './cohort';

/** What a subscriber has seen before joining: nothing, or a version. */
export interface Seen {
  readonly version: number | null;
  /** When they joined. */
  readonly readAt: Instant;
}

/** Keeps the first value back from somebody who has seen it, or a later one, already; and none is sent twice. */
export function onlyNewer({ version, readAt }: Seen, subscriber: Subscriber): Subscriber {
  let sent: LiveValue | undefined;
  return {
    mayRead: (storeId) => subscriber.mayRead(storeId),
    audience: () => subscriber.audience(),
    dismiss: (why) => subscriber.dismiss(why),
    send(value) {
      const isSeen = version !== null && (value.version === version || isOlder(value, { version, readAt }));
      // The one who has just come may be sent the present value by a round and by the introduction.
      if (isSeen || value.json === sent?.json) return;
      // A cohort that somebody has moved to may be behind the one that they come from.
      if (sent !== undefined && isOlder(value, sent)) return;
      sent = value;
      subscriber.send(value);
    },
  };
}
