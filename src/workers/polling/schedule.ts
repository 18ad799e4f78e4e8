import { latestBelievable } from '../../runtime/clock';
import type { ViewsQuestion } from '../connectors/platform';
import type { Instant } from '../../domain/values';

const DAY_MS = 86_400_000;

/** So long after its end, an event's views no longer change in a way that matters. */
const ASKED_AFTER_END_MS = 30 * DAY_MS;

/** What to do about an event that is due. */
export type PollDecision =
  | { readonly kind: 'ask'; readonly next: Instant }
  /** Not yet: it is due again then. */
  | { readonly kind: 'wait'; readonly until: Instant }
  /** It ended too long ago: never again. */
  | { readonly kind: 'over' };

/** How long before it is due an event may be asked about, where a request that is sent anyway has room for it. */
export function leadOf(intervalMs: number): number {
  return intervalMs / 5;
}

/**
 * Whether to ask about an event now, and when it is due next. From its start to its end once in an interval. From
 * then on the pause is as long as the event has been over, so that it doubles with each poll, up to a day; after 30
 * days no more. (While the platform fails, what has ended is due sooner: poll-results.ts.)
 *
 * @param lastAskedAt when it was last asked about over this channel; null when never. What lies in the future was dated by a
 *   wrong clock, and counts as never
 */
export function decidePoll(
  event: Pick<ViewsQuestion, 'startAt' | 'endAt'>,
  lastAskedAt: Instant | null,
  now: Instant,
  intervalMs: number,
): PollDecision {
  const askedAt = lastAskedAt !== null && lastAskedAt > latestBelievable(now) ? null : lastAskedAt;
  if (now > event.endAt + ASKED_AFTER_END_MS) return { kind: 'over' };
  if (now < event.startAt) return { kind: 'wait', until: event.startAt };
  if (askedAt !== null) {
    const again = (askedAt + pauseAfter(event, askedAt, intervalMs)) as Instant;
    if (again > now) return { kind: 'wait', until: again };
  }
  return { kind: 'ask', next: (now + pauseAfter(event, now, intervalMs)) as Instant };
}

/** The pause after a poll, in milliseconds; never less than the interval. */
function pauseAfter({ endAt }: Pick<ViewsQuestion, 'endAt'>, askedAt: Instant, intervalMs: number): number {
  return Math.max(intervalMs, Math.min(askedAt - endAt, DAY_MS));
}
