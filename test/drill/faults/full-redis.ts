import { askRedis } from '../../harness/servers/redis';
import type { DrillFault } from '../drill-fault';
import { isRaised } from '../watch/alerts';

const FOREIGN_KEYS = 20_000;

/** Another application keeps its sessions in our Redis, for ever, and fills it. */
export const fullRedis: DrillFault = {
  was: 'Redis was full of keys of another application and evicted none: "the cache is away" in the log, INFO memory, more memory or fewer keys.',
  // It looks back over a quarter of an hour.
  lingering: ['FewAnswersAreKept'],
  async set({ redis }) {
    const fill = `for i = 1, ${FOREIGN_KEYS} do redis.call('SET', 'shop-app:session:' .. i, string.rep('x', 1000)) end`;
    await askRedis(redis.url, 'EVAL', fill, '0');
    await askRedis(redis.url, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await askRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '16mb');
    return () => askRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '256mb');
  },
  // It waits for half an hour until it wakes anybody; the log says it at once.
  shows: ({ prometheus }) => isRaised(prometheus, 'FewAnswersAreKept', 'pending'),
};
