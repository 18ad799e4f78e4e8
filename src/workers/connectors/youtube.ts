import { z } from 'zod';
import { count } from '../messages/fields';
import { type BatchConnector, type Explanation, NO_VALUE, type Reading } from './connector';

/** As the platform makes them. A comma would be two ids. */
const ID = /^[\w-]{1,64}$/;

/** A count comes as text, since it may be larger than what JavaScript counts exactly. */
const viewCount = z
  .transform((value: unknown) =>
    typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value,
  )
  .pipe(count);

/** Without a count where the platform does not show one. */
const video = z
  .object({ id: z.string(), statistics: z.object({ viewCount: viewCount.optional() }).optional() })
  .transform(({ id, statistics }): [string, Reading] => {
    const views = statistics?.viewCount;
    return [id, views === undefined ? NO_VALUE : { kind: 'counted', views }];
  });

const refusal = z.object({ error: z.object({ errors: z.array(z.object({ reason: z.string() })) }) });

/** The platform's own reasons: most stand under status 403. */
const BY_REASON: ReadonlyMap<string, Explanation> = new Map<string, Explanation>([
  ['quotaExceeded', 'QUOTA_USED_UP'],
  ['dailyLimitExceeded', 'QUOTA_USED_UP'],
  ['rateLimitExceeded', 'RATE_LIMITED'],
  ['userRateLimitExceeded', 'RATE_LIMITED'],
  ['keyInvalid', 'REFUSED'],
  ['keyExpired', 'REFUSED'],
]);

/** Statistics of videos in YouTube's Data API, version 3: one request, which costs one unit, asks about 50 of them. */
export const youtube: BatchConnector = {
  mostIdsPerRequest: 50,
  quotaZone: 'America/Los_Angeles',
  isAskable: (id) => ID.test(id),
  request: (ids, config) => ({
    path: config.path ?? '/videos',
    query: { part: 'statistics', fields: 'items(id,statistics/viewCount)', id: ids.join(',') },
  }),
  answer: z.object({ items: z.array(video) }).transform(({ items }) => new Map(items)),

  explain(body) {
    const { data } = refusal.safeParse(body);
    return data?.error.errors.map(({ reason }) => BY_REASON.get(reason)).find((known) => known !== undefined);
  },
};
