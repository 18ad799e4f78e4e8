import { z } from 'zod';
import type { Clock } from '../../runtime/clock';
import { FURTHEST_AHEAD_MS } from '../messages/parse';
import { reasonOf } from '../messages/rejection';
import type { Connector, Explanation, Reading } from './connector';
import { type Answer, exchange } from './exchange';
import { PlatformFailure, type FailureReason, type ViewsAnswer } from './platform';
import type { Outgoing } from './outgoing';
import { retryAtOf } from './retry-after';

export interface AskOnceOptions {
  readonly connector: Connector;
  readonly clock: Clock;
  readonly mostBytes: number;
}

/** The answer of a platform that works. */
export type PlatformAnswer = Extract<ViewsAnswer, { readonly kind: 'measured' | 'no_value' }>;

/**
 * One try.
 *
 * @param signal to be aborted once it has ended, as a body may be left unread
 * @throws PlatformFailure when the platform gives no such answer
 */
export async function askOnce(
  outgoing: Outgoing,
  { connector, clock, mostBytes }: AskOnceOptions,
  signal: AbortSignal,
): Promise<PlatformAnswer> {
  const askedAt = clock.now();
  const answer = await exchange(outgoing, mostBytes, signal);
  const reading = await read(answer, connector, clock);
  if (reading.kind === 'no_value') return reading;
  const { views, measuredAt = askedAt } = reading;
  if (measuredAt > clock.now() + FURTHEST_AHEAD_MS) {
    throw new PlatformFailure('BAD_ANSWER', 'answer.measuredAt: must not lie more than 24 hours ahead');
  }
  return { kind: 'measured', views, measuredAt };
}

async function read(answer: Answer, connector: Connector, clock: Clock): Promise<Reading> {
  const { status } = answer;
  if (status >= 200 && status < 300) return readSuccess(await answer.readJson(), connector);
  const meaning = byStatus(status) ?? (await explained(answer, connector)) ?? usualMeaning(status);
  if (meaning === 'no_value') return { kind: 'no_value' };
  const retryAt = retryAtOf(answer.retryAfter, clock.now());
  throw new PlatformFailure(meaning, `answered status ${status}`, { retryAt });
}

function readSuccess(body: unknown, connector: Connector): Reading {
  // Within an object, so that the place of every problem begins with a name.
  const { data, error } = z.object({ answer: connector.answer }).safeParse({ answer: body });
  if (data === undefined) throw new PlatformFailure('BAD_ANSWER', reasonOf(error));
  return data.answer;
}

/** Statuses that no body can explain further. */
function byStatus(status: number): FailureReason | undefined {
  if (status >= 300 && status < 400) return 'REDIRECT';
  return status >= 500 ? 'SERVER_ERROR' : undefined;
}

/** A body that cannot be read explains nothing; the status does. */
async function explained(answer: Answer, connector: Connector): Promise<Explanation | undefined> {
  if (connector.explain === undefined) return undefined;
  try {
    return connector.explain(await answer.readJson());
  } catch (error) {
    if (error instanceof PlatformFailure) return undefined;
    throw error;
  }
}

function usualMeaning(status: number): FailureReason | 'no_value' {
  switch (status) {
    case 401:
    case 403:
      return 'REFUSED';
    case 404:
    case 410:
      return 'no_value';
    case 429:
      return 'RATE_LIMITED';
    default:
      return 'BAD_ANSWER';
  }
}
