import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../../../errors';
import type { Connection } from './connection';

/** An operation of a socket, until it is established or answered. */
export interface RunningOperation {
  /**
   * Retries after Retry-After, other messages of the socket being handled in between. A refusal would end the
   * subscription: graphql-ws's client does not subscribe again by itself after one, and all tabs of a dashboard come back
   * at once when a gateway was restarted.
   *
   * @param attempt throws AppError TOO_MANY_REQUESTS or SERVICE_OVERLOADED with the seconds until there is room
   * @throws the last attempt's error; the close signal's reason when the socket closes during a wait
   */
  readonly withRetries: <T>(attempt: () => Promise<T>) => Promise<T>;
  readonly end: () => void;
}

const MAX_RETRIES = 3;

/** A longer Retry-After is passed on to the client at once: the window of a rate limit may be an hour. */
const MAX_WAIT_SECONDS = 15;

/** A limit of the token's, or of the whole process, that passes. */
const RETRYABLE: readonly ErrorCode[] = ['TOO_MANY_REQUESTS', 'SERVICE_OVERLOADED'];

export function startOperation({
  receiveQueue,
  retrying,
  closeSignal,
  messageBytes,
}: Connection): RunningOperation {
  const waiting = { bytes: messageBytes };
  let end = receiveQueue.startOperation();

  async function backOff(seconds: number): Promise<void> {
    end();
    retrying.add(waiting);
    await sleep(seconds * 1_000, undefined, { signal: closeSignal, ref: false }).catch(() => undefined);
    retrying.delete(waiting);
    end = receiveQueue.startOperation();
    closeSignal.throwIfAborted();
  }

  return {
    async withRetries(attempt) {
      for (let retries = 0; ; retries += 1) {
        try {
          return await attempt();
        } catch (error) {
          const seconds = retryAfterSeconds(error);
          if (seconds === undefined || seconds > MAX_WAIT_SECONDS || retries === MAX_RETRIES) throw error;
          await backOff(seconds);
        }
      }
    },
    end: () => end(),
  };
}

function retryAfterSeconds(error: unknown): number | undefined {
  const isRetryable = error instanceof AppError && RETRYABLE.includes(error.code);
  return isRetryable ? error.retryAfterSeconds : undefined;
}
