import { GraphQLError } from 'graphql';
import { type AppError, tooManyRequests } from '../../errors';

/** An operation's id, of any transport. */
export const MAX_ID_BYTES = 128;

/** Of the operations of a connection together: what a client sends with each is kept as long as the operation lasts. */
export const MAX_OPERATION_BYTES = 256 * 1_024;

/** The limits of all transports, by their label in the metrics. */
export const LIVE_LIMITS = [
  'connections_per_token',
  'pending_connections',
  'messages_per_connection',
  'id_length',
  'subscriptions_per_connection',
  'bytes_per_connection',
  'cohorts_per_event',
  'cost_per_event',
  'cohorts_per_token',
  'documents_per_token',
] as const;
export type LiveLimit = (typeof LIVE_LIMITS)[number];

/** What was refused since the process started, by the limit that it would have exceeded. */
export interface Refusals {
  count(limit: LiveLimit): void;
  /** Counts it, too. @param message names the limit and what to do */
  tooMany(limit: LiveLimit, message: string): AppError;
  of(limit: LiveLimit): number;
}

/** A guess: room appears when another subscriber leaves, which cannot be predicted. */
const RETRY_AFTER_SECONDS = 10;

export function createRefusals(): Refusals {
  const counts = new Map<LiveLimit, number>();
  const count = (limit: LiveLimit): void => void counts.set(limit, (counts.get(limit) ?? 0) + 1);
  return {
    count,
    tooMany(limit, message) {
      count(limit);
      return tooManyRequests(RETRY_AFTER_SECONDS, message);
    },
    of: (limit) => counts.get(limit) ?? 0,
  };
}

/** @returns counted, the refusal of one more subscription on a connection that has as many as it may */
export const tooManySubscriptions = (refusals: Refusals, most: number): AppError =>
  refusals.tooMany(
    'subscriptions_per_connection',
    `A connection may hold ${most} subscriptions at a time: complete one first.`,
  );

/** @returns counted, the refusal of an operation for which the others of its connection leave too few bytes */
export const tooManyBytes = (refusals: Refusals, most: number): AppError =>
  refusals.tooMany(
    'bytes_per_connection',
    `The subscriptions of a connection may have ${most} bytes together: complete one first.`,
  );

/** The error as a client of any transport gets it. */
export const toGraphQLError = ({ message, extensions }: AppError): GraphQLError =>
  new GraphQLError(message, { extensions: { ...extensions } });

/** Limits the connections of each subject: sockets and event streams together. */
export interface ConnectionLimiter {
  /** @returns releases it, calling it again has no effect; undefined at the limit */
  acquire(subject: string): (() => void) | undefined;
}

export function createConnectionLimiter(maxPerSubject: number): ConnectionLimiter {
  const counts = new Map<string, number>();

  function release(subject: string): void {
    const left = (counts.get(subject) ?? 0) - 1;
    if (left > 0) counts.set(subject, left);
    else counts.delete(subject);
  }

  return {
    acquire(subject) {
      const count = counts.get(subject) ?? 0;
      if (count >= maxPerSubject) return undefined;
      counts.set(subject, count + 1);
      let isHeld = true;
      return () => {
        if (isHeld) release(subject);
        isHeld = false;
      };
    },
  };
}
