import type { Database, Sql } from '../../database/database';
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
import type { ChannelName, Instant } from '../../domain/values';
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
    const decided = await decideAll(sql, channel, due, { now, intervalMs });
    const asked = decided.filter(({ decision }) => decision.kind === 'ask').length;
    const room = (questionsPerRequest - (asked % questionsPerRequest)) % questionsPerRequest;
    // Nothing that is due soon has a request sent that nothing due needs.
    if (asked > 0 && room > 0) {
      const soon = (now + leadOf(intervalMs)) as Instant;
      const early = await lockPollsDueBefore(sql, channel, { now, soon }, room);
      decided.push(...(await decideAll(sql, channel, early, { now, intervalMs })));
    }
    await reschedulePolls(
      sql,
      channel,
      decided.flatMap((one) => rescheduled(one, now)),
    );
    const over = decided.filter(({ decision }) => decision.kind === 'over');
    await removePolls(
      sql,
      channel,
      over.map(({ poll }) => poll.eventId),
    );
    return { claims: decided.flatMap((one) => claimed(one, channel, now)), examined: due.length };
  });
}

interface Decided {
  readonly poll: Poll;
  /** Undefined where it is not distributed with success any more. */
  readonly event: DistributedEvent | undefined;
  readonly decision: PollDecision;
}

async function decideAll(
  sql: Sql,
  channel: ChannelName,
  polls: readonly Poll[],
  { now, intervalMs }: { readonly now: Instant; readonly intervalMs: number },
): Promise<Decided[]> {
  if (polls.length === 0) return [];
  const ids = polls.map(({ eventId }) => eventId);
  const events = new Map(
    (await readDistributedEvents(sql, channel, ids)).map((event) => [event.eventId, event]),
  );
  return polls.map((poll) => {
    const event = events.get(poll.eventId);
    return { poll, event, decision: event === undefined ? OVER : decideAhead(event, poll, now, intervalMs) };
  });
}

function rescheduled({ poll: { eventId, askedAt }, decision }: Decided, now: Instant): Poll[] {
  switch (decision.kind) {
    case 'over':
      return [];
    case 'wait':
      return [{ eventId, dueAt: decision.until, askedAt }];
    case 'ask':
      return [{ eventId, dueAt: decision.next, askedAt: now }];
  }
}

function claimed({ poll, event, decision }: Decided, channel: ChannelName, now: Instant): Claim[] {
  if (decision.kind !== 'ask' || event === undefined) return [];
  const { dueAt, askedAt } = poll;
  const question = { ...event, channel };
  return [{ question, claimedAt: now, nextAt: decision.next, before: { dueAt, askedAt } }];
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
