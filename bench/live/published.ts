import { Redis } from 'ioredis';
import { now } from './now';
import type { Registrations } from './registrations';

const EVERY_MS = 5;

/** Registrations that skip Kafka and the database: each is published with the value that it leads to. */
export function openPublisher(redisUrl: string, [eventId]: readonly string[]): Omit<Registrations, 'counts'> {
  const redis = new Redis(redisUrl, { enableAutoPipelining: true });
  const sentAt: number[] = [];
  let timer: NodeJS.Timeout | undefined;

  function publish(): void {
    sentAt.push(now());
    const count = sentAt.length;
    const value = { count, dailyChange: count, achievementRate: count, version: count, at: Date.now() };
    void redis.publish(`published:${eventId ?? ''}`, JSON.stringify(value));
  }

  return {
    start(rate) {
      const begun = now();
      timer = setInterval(() => {
        while (sentAt.length < Math.floor(((now() - begun) * rate) / 1_000)) publish();
      }, EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await redis.quit();
    },
    made: () => [{ first: 1, at: Float64Array.from(sentAt) }],
  };
}
