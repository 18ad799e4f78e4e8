import { GraphQLError } from 'graphql';
import { type AppError, tooManyRequests } from '../../errors';

/** The limits of what is watched, by the names that the metrics have for them. */
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

/** What was refused since the process was started, by the limit that it would have passed. */
export interface Refusals {
  count(limit: LiveLimit): void;
  /** Counts it, too. @param message names the limit and what to do */
  tooMany(limit: LiveLimit, message: string): AppError;
  of(limit: LiveLimit): number;
}

/** What is too much frees itself when somebody else leaves: nobody can say when. */
export const RETRY_AFTER_SECONDS = 10;

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

/** What a client of either transport is told of it. */
export const toGraphQLError = ({ message, extensions }: AppError): GraphQLError =>
  new GraphQLError(message, { extensions: { ...extensions } });
