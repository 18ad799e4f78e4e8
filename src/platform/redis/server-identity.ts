import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../log';

/** Which run of which server a connection leads to. */
export interface ServerIdentity {
  /**
   * Differs between two servers, and between two starts of one: what is kept under it is never met again by a server
   * that has lost its memory, or found an old one in a dump.
   *
   * @throws Error while it is not known: there is no connection, or it is so new that the server has not said it yet
   */
  current(): string;
  /** Resolves when the server that is connected now has been asked, or is connected no more. Never rejects. */
  asked(): Promise<void>;
}

/** Enough of the 40 characters to tell servers apart; each key carries them. */
const CHARACTERS = 16;
const RETRY_AFTER_MS = 500;
/** Of a server that does not say who it is. */
const UNKNOWN = 'unknown';

/**
 * Asks at the beginning of each connection, and forgets at its end. Whoever takes the identity for a command's keys
 * and sends it at once can be sure that the command reaches the server that has this identity, provided that nothing is
 * queued while there is no connection, and nothing sent again after one was lost (`enableOfflineQueue: false`,
 * `maxRetriesPerRequest: 0`).
 */
export function watchIdentity(redis: Redis, log: Logger): ServerIdentity {
  let identity: string | undefined;
  let connection = 0;
  let isWarned = false;
  let asking: Promise<void> = Promise.resolve();

  async function learn(): Promise<void> {
    const mine = connection;
    while (mine === connection && identity === undefined) {
      const answer = await ask();
      // Another connection may have come meanwhile, which asks for itself.
      if (mine !== connection) return;
      identity = answer;
      if (identity === undefined) await sleep(RETRY_AFTER_MS, undefined, { ref: false });
    }
  }

  async function ask(): Promise<string | undefined> {
    try {
      const runId = /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1];
      if (runId !== undefined) return runId.slice(0, CHARACTERS);
      warn(new Error('INFO names no run_id.'));
      return UNKNOWN;
    } catch (error) {
      if (!isRefusal(error)) return undefined;
      warn(error);
      return UNKNOWN;
    }
  }

  function warn(error: unknown): void {
    if (!isWarned)
      log.warn(
        { err: error },
        'Redis does not say which server it is (INFO): restarted from an older dump, it may serve old answers',
      );
    isWarned = true;
  }

  const begin = (): void => void (asking = learn());
  redis.on('ready', begin);
  redis.on('close', () => {
    connection += 1;
    identity = undefined;
  });
  if (redis.status === 'ready') begin();

  return {
    current() {
      if (identity === undefined) throw new Error('Redis has not said yet which server it is.');
      return identity;
    },
    asked: () => asking,
  };
}

/** The server has answered, and does not want to say it; anything else passes. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
