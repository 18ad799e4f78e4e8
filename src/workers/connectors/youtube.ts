import { z } from 'zod';
import { count } from '../messages/fields';
import { reasonOf } from '../messages/rejection';
import {
  type BatchConnector,
  type BatchReading,
  type Explanation,
  NO_VALUE,
  type Reading,
} from './connector';

/** As the platform makes them. A comma would be two ids. */
const ID = /^[\w-]{1,64}$/;

/** A count comes as text, since it may be larger than what JavaScript counts exactly. */
const viewCount = z
  .transform((value: unknown) =>
    typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value,
  )
  .pipe(count);

/** Without a count where the platform does not show one. */
const statistics = z
  .object({ statistics: z.object({ viewCount: viewCount.optional() }).optional() })
  .transform(({ statistics: shown }): Reading => {
    const views = shown?.viewCount;
    return views === undefined ? NO_VALUE : { kind: 'counted', views };
  });
const identified = z.object({ id: z.string() });

/** One that does not say which video it is could be any that is not named. */
function readVideos(items: readonly unknown[]): BatchReading {
  const byId = new Map<string, Reading>();
  let ofOthers: Reading = NO_VALUE;
  items.forEach((item, place) => {
    const { data: named, error } = identified.safeParse(item);
    if (named === undefined) ofOthers = unreadable(error, place);
    else byId.set(named.id, readStatistics(item, place));
  });
  return { byId, ofOthers };
}

function readStatistics(item: unknown, place: number): Reading {
  const { data, error } = statistics.safeParse(item);
  return data ?? unreadable(error, place);
}

function unreadable(error: z.ZodError, place: number): Reading {
  const issues = error.issues.map((issue) => ({ ...issue, path: ['items', place, ...issue.path] }));
  return { kind: 'unreadable', problem: reasonOf(new z.ZodError(issues)) };
}

const reasons = z
  .array(z.object({ reason: z.string().optional() }))
  .default([])
  .transform((given) => given.flatMap(({ reason }) => reason ?? []));
/** Errors carry the reason of this interface, details that of Google's APIs, which for a key is the one that says so. */
const refusal = z
  .object({ error: z.object({ errors: reasons, details: reasons }) })
  .transform(({ error: { errors, details } }) => [...errors, ...details]);

/** The platform's own reasons: most stand under status 403. Nothing that is asked for needs more than a key. */
const BY_REASON: ReadonlyMap<string, Explanation> = new Map<string, Explanation>([
  ['quotaExceeded', 'QUOTA_USED_UP'],
  ['dailyLimitExceeded', 'QUOTA_USED_UP'],
  ['rateLimitExceeded', 'RATE_LIMITED'],
  ['userRateLimitExceeded', 'RATE_LIMITED'],
  ['videoNotFound', 'no_value'],
  ['keyInvalid', 'KEY_REFUSED'],
  ['keyExpired', 'KEY_REFUSED'],
  ['ipRefererBlocked', 'KEY_REFUSED'],
  ['accessNotConfigured', 'KEY_REFUSED'],
  ['forbidden', 'KEY_REFUSED'],
  ['SERVICE_DISABLED', 'KEY_REFUSED'],
  ['CONSUMER_INVALID', 'KEY_REFUSED'],
  ['CONSUMER_SUSPENDED', 'KEY_REFUSED'],
]);

function meaningOf(reason: string): Explanation | undefined {
  return reason.startsWith('API_KEY_') ? 'KEY_REFUSED' : BY_REASON.get(reason);
}

/** Statistics of videos in YouTube's Data API, version 3: one request, which costs one unit, asks about 50 of them. */
export const youtube: BatchConnector = {
  mostIdsPerRequest: 50,
  quotaZone: 'America/Los_Angeles',
  isAskable: (id) => ID.test(id),
  request: (ids, config) => ({
    path: config.path ?? '/videos',
    query: { part: 'statistics', fields: 'items(id,statistics/viewCount)', id: ids.join(',') },
  }),
  answer: z.object({ items: z.array(z.unknown()) }).transform(({ items }) => readVideos(items)),

  explain(body) {
    return refusal
      .safeParse(body)
      .data?.map(meaningOf)
      .find((known) => known !== undefined);
  },
};
