import type { Database } from '../../database/database';
import {
  type DistributedEvent,
  lockDuePolls,
  lockPollsDueBefore,
  type Poll,
  readDistributedEvents,
  type ReleasedPoll,
  removePolls,
  reschedulePolls,
} from '../../database/polls';
import type { ChannelName, EventId, Instant } from '../../domain/values';
import type { ViewsQuestion } from '../connectors/platform';
import { decidePoll, leadOf, type PollDecision } from './schedule';

/** A question that this process alone is to ask in this interval. */
export interface Claim {
  readonly question: ViewsQuestion;
  readonly claimedAt: Instant;
  /** When it is due next unless the claim is released. */
  readonly nextAt: Instant;
  /** What the claim replaced, for releasing it. */
  readonly before: Pick<Poll, 'dueAt' | 'askedAt'>;
}

export interface Claimed {
  readonly claims: readonly Claim[];
  /** How many due events were examined: as many as the limit when there may be more. */
  readonly examined: number;
}

export interface ClaimSize {
  /** How many can be asked at the same time. */
  readonly limit: number;
  readonly questionsPerRequest?: number;
}

/**
 * Claims what is due of a channel, the longest due first, and puts each off by its interval in the same transaction: so
 * one process asks for all, and one that dies with a claim loses no more than that. Rows that another process is claiming
 * at this moment are skipped.
 *
 * The last request is filled with what is due soon. That is due next when it would have been had it waited, so that no event
 * is asked about more often for it.
 */
export function claimDue(
  database: Database,
  channel: ChannelName,
  intervalMs: number,
  now: Instant,
  { limit, questionsPerRequest = 1 }: ClaimSize,
): Promise<Claimed> {
  return database.transaction(async (sql) => {
    const due = await lockDuePolls(sql, channel, now, limit);
    if (due.length === 0) return { claims: [], examined: 0 };
    const room = (questionsPerRequest - (due.length % questionsPerRequest)) % questionsPerRequest;
    const soon = (now + leadOf(intervalMs)) as Instant;
    const early = room === 0 ? [] : await lockPollsDueBefore(sql, channel, { now, soon }, room);
    const locked = [...due, ...early];
    const distributed = await readDistributedEvents(
      sql,
      channel,
      locked.map(({ eventId }) => eventId),
    );
    const events = new Map(distributed.map((event) => [event.eventId, event]));
    const claims: Claim[] = [];
    const rescheduled: Poll[] = [];
    const over: EventId[] = [];
    for (const { eventId, ...before } of locked) {
      const event = events.get(eventId);
      const decision = event === undefined ? OVER : decideAhead(event, before, now, intervalMs);
      if (decision.kind === 'over') over.push(eventId);
      else if (decision.kind === 'wait')
        rescheduled.push({ eventId, dueAt: decision.until, askedAt: before.askedAt });
      else rescheduled.push({ eventId, dueAt: decision.next, askedAt: now });
      if (decision.kind === 'ask' && event !== undefined)
        claims.push({ question: { ...event, channel }, claimedAt: now, nextAt: decision.next, before });
    }
    await reschedulePolls(sql, channel, rescheduled);
    await removePolls(sql, channel, over);
    return { claims, examined: due.length };
  });
}

/** What is claimed ahead of its time is decided about as it will be then, except that nothing is asked before the start. */
function decideAhead(
  event: DistributedEvent,
  { dueAt, askedAt }: Claim['before'],
  now: Instant,
  intervalMs: number,
): PollDecision {
  const moment = now < event.startAt ? now : (Math.max(now, dueAt) as Instant);
  return decidePoll(event, askedAt, moment, intervalMs);
}

/** An event that is not distributed with success any more comes back by its next distribution. */
const OVER = { kind: 'over' } as const;

/**
 * A claim that got no answer, as it is to be released.
 *
 * @param dueAt when any process may ask: as before, as if never claimed, or later
 */
export function toReleased(
  { question: { eventId }, claimedAt, before: { askedAt } }: Claim,
  dueAt: Instant,
): ReleasedPoll {
  return { eventId, claimedAt, dueAt, askedAt };
}
