import { z } from 'zod';
import type { Clock } from '../../runtime/clock';
import { FURTHEST_AHEAD_MS } from '../messages/parse';
import { reasonOf } from '../messages/rejection';
import type { Instant } from '../../domain/values';
import { type Connector, type Explanation, NO_VALUE, type Reading } from './connector';
import type { Inquiry } from './inquiry';
import { type Answer, exchange } from './exchange';
import { PlatformFailure, type FailureReason, type ViewsAnswer } from './platform';
import type { Outgoing } from './outgoing';
import { retryAtOf } from './retry-after';

export interface AskOnceOptions {
  readonly connector: Pick<Connector, 'explain'>;
  readonly clock: Clock;
  readonly mostBytes: number;
}

/** What a platform that answers says of one event; failed, where that alone cannot be read. */
export type PlatformAnswer = Extract<ViewsAnswer, { readonly kind: 'measured' | 'no_value' | 'failed' }>;

/** A request with its credentials. */
export type OutgoingInquiry = Pick<Inquiry, 'questions' | 'ids' | 'answer'> & {
  /** Whether a refusal of its one id says nothing of the platform: others have answers, or it had none before. */
  readonly isSuspect: boolean;
  readonly outgoing: Outgoing;
};

/**
 * One try.
 *
 * @param signal to be aborted once it has ended, as a body may be left unread
 * @returns an answer for each question, in their order
 * @throws PlatformFailure when the platform gives no such answer, or none of which anything can be read
 */
export async function askOnce(
  inquiry: OutgoingInquiry,
  { connector, clock, mostBytes }: AskOnceOptions,
  signal: AbortSignal,
): Promise<readonly PlatformAnswer[]> {
  const askedAt = clock.now();
  const answer = await exchange(inquiry.outgoing, mostBytes, signal);
  const readings = await read(answer, inquiry, connector, clock);
  const answers = readings.map((reading) => toAnswer(reading, askedAt, clock));
  const [first] = answers;
  if (first?.kind === 'failed' && answers.every(({ kind }) => kind === 'failed')) throw first.error;
  return answers;
}

function toAnswer(reading: Reading, askedAt: Instant, clock: Clock): PlatformAnswer {
  if (reading.kind === 'no_value') return reading;
  if (reading.kind === 'unreadable') return badAnswer(reading.problem);
  const { views, measuredAt = askedAt } = reading;
  if (measuredAt > clock.now() + FURTHEST_AHEAD_MS)
    return badAnswer('measuredAt: must not lie more than 24 hours ahead');
  return { kind: 'measured', views, measuredAt };
}

function badAnswer(problem: string): PlatformAnswer {
  const error = new PlatformFailure('BAD_ANSWER', `answer.${problem}`);
  return { kind: 'failed', reason: error.reason, error };
}

async function read(
  answer: Answer,
  inquiry: OutgoingInquiry,
  connector: AskOnceOptions['connector'],
  clock: Clock,
): Promise<readonly Reading[]> {
  const { status } = answer;
  if (status >= 200 && status < 300) return readSuccess(await answer.readJson(), inquiry);
  const meaning = byStatus(status) ?? (await explained(answer, connector)) ?? usualMeaning(status, inquiry);
  const asked = inquiry.ids?.length ?? 1;
  if (asked > 1 && (meaning === 'no_value' || meaning === 'BAD_ANSWER'))
    throw new PlatformFailure('BAD_ANSWER', `answered status ${status} to a request about ${asked} ids`, {
      isMaybeOfOne: true,
    });
  if (meaning === 'no_value') return inquiry.questions.map(() => NO_VALUE);
  if (meaning === 'QUOTA_USED_UP')
    throw new PlatformFailure('RATE_LIMITED', 'the quota of the day is used up', { isQuotaUsedUp: true });
  const retryAt = retryAtOf(answer.retryAfter, clock.now());
  const about = meaning === 'KEY_REFUSED' ? ': it does not take the API key' : '';
  const isMaybeOfOne = inquiry.isSuspect && meaning === 'BAD_ANSWER';
  throw new PlatformFailure(meaning, `answered status ${status}${about}`, { retryAt, isMaybeOfOne });
}

function readSuccess(body: unknown, inquiry: OutgoingInquiry): readonly Reading[] {
  // Within an object, so that the place of every problem begins with a name.
  const { data, error } = z.object({ answer: inquiry.answer }).safeParse({ answer: body });
  if (data === undefined) throw new PlatformFailure('BAD_ANSWER', reasonOf(error));
  return data.answer;
}

/** Statuses that no body can explain further. */
function byStatus(status: number): FailureReason | undefined {
  if (status >= 300 && status < 400) return 'REDIRECT';
  return status >= 500 ? 'SERVER_ERROR' : undefined;
}

/** A body that cannot be read explains nothing; the status does. */
async function explained(
  answer: Answer,
  connector: AskOnceOptions['connector'],
): Promise<Explanation | undefined> {
  if (connector.explain === undefined) return undefined;
  try {
    return connector.explain(await answer.readJson());
  } catch (error) {
    if (error instanceof PlatformFailure) return undefined;
    throw error;
  }
}

/** A platform that is asked about many leaves out what it does not know: there a 404 is that of a wrong address. */
function usualMeaning(status: number, { ids }: OutgoingInquiry): FailureReason | 'no_value' {
  switch (status) {
    case 401:
    case 403:
      return 'REFUSED';
    case 404:
    case 410:
      return ids === undefined ? 'no_value' : 'BAD_ANSWER';
    case 429:
      return 'RATE_LIMITED';
    default:
      return 'BAD_ANSWER';
  }
}
