import { Redis } from 'ioredis';
import { given } from '../given.cjs';

const redis = new Redis(given('REDIS_URL'));
const STORE_ID_BYTES = 36;

/** What the benchmark has put there for an event: its store's id, and the finished answer behind it. */
export async function keptOf(eventId) {
  const bytes = await redis.getBuffer(`rival:${eventId}`);
  if (bytes === null) throw new Error(`Nothing is kept of ${eventId}.`);
  return {
    storeId: bytes.toString('latin1', 0, STORE_ID_BYTES),
    body: bytes.subarray(STORE_ID_BYTES),
  };
}
