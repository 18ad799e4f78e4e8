import { setImmediate as pollPhase, setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../observability/log';
import { within } from '../../runtime/timeout';

export interface HeartbeatOptions {
  /** What the connection is for, for the log. */
  readonly name: string;
  readonly log: Logger;
  /** What a server that is ready is asked; PING when left out. */
  readonly ask?: () => Promise<unknown>;
}

/** Together no more than three seconds, in which a connection that has fallen silent is noticed and made anew. */
const BEAT_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 1_500;
const CHECK_WITHIN_MS = 1_000;

/**
 * Notices that a connection is half open: to ioredis it looks alive, since it has not been closed, and only an
 * unanswered request shows it. Such a connection is ended, and ioredis makes another one.
 *
 * @returns ends the watching
 */
export function startHeartbeat(redis: Redis, options: HeartbeatOptions): () => void {
  let isBeating = false;
  const timer = setInterval(() => {
    if (isBeating) return;
    isBeating = true;
    void beat(redis, options).finally(() => (isBeating = false));
  }, BEAT_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/**
 * Whatever comes in on the connection shows that it lives: a server that is busy with other answers is not silent. So the
 * answer itself is not awaited.
 */
async function beat(redis: Redis, { name, log, ask = () => redis.ping() }: HeartbeatOptions): Promise<void> {
  const { stream } = redis;
  if (!put(redis, ask)) return;
  const { bytesRead } = stream;
  await sleep(ANSWER_WITHIN_MS, undefined, { ref: false });
  // After a pause of the whole process the answer may be here, but not have been taken in yet.
  await pollPhase();
  if (redis.stream !== stream || stream.destroyed || stream.bytesRead !== bytesRead) return;
  log.warn({ connection: name }, 'Redis does not answer; connecting anew');
  // Ended politely, a connection whose other end is gone would never close, and no new one would be made.
  stream.destroy();
}

/** @returns whether an answer is to be expected: there is none to wait for without a connection */
function put(redis: Redis, ask: () => Promise<unknown>): boolean {
  if (redis.status !== 'ready' && redis.status !== 'connect') return false;
  // Until it is ready, a server answers nothing but this.
  const question = redis.status === 'ready' ? ask() : redis.info('server');
  // A refusal is an answer, and that there was none is seen by the bytes that have come in.
  question.catch(() => undefined);
  return true;
}

/** @throws Error when there is no connection, or the server does not answer on it within a second */
export async function requireAnswer(redis: Redis): Promise<void> {
  if (redis.status !== 'ready') throw new Error(`The connection to Redis is ${redis.status}.`);
  await within(CHECK_WITHIN_MS, redis.ping(), () => {
    throw new Error('Redis does not answer a ping.');
  });
}
