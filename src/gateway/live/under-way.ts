import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../../errors';
import type { Connection } from './connection';

/** An operation of a socket, until it stands or has been answered. */
export interface UnderWay {
  /**
   * Asks again when as much may be asked for as is wanted, other messages of the socket being dealt with meanwhile. To be
   * refused is the end of a subscription: the library that most clients use takes it up by itself after everything else,
   * and a crowd of tabs comes back at once when a gateway was started anew.
   *
   * @param ask throws AppError TOO_MANY_REQUESTS or SERVICE_OVERLOADED with the seconds until there is room
   * @throws what `ask` does in the end; why the socket is gone, while it waits
   */
  readonly patiently: <T>(ask: () => Promise<T>) => Promise<T>;
  readonly end: () => void;
}

/** Who has been refused so often, each time until the next may be asked for, is told of it. */
const MOST_WAITS = 3;

/** As is who would have to wait for longer than anybody waits for an answer: the window of a rate may be an hour long. */
const MOST_SECONDS = 15;

/** What is over after a while: there was too much of the token's, or of everybody's. */
const PASSING: readonly ErrorCode[] = ['TOO_MANY_REQUESTS', 'SERVICE_OVERLOADED'];

export function beginOperation({ intake, patient, gone, messageBytes }: Connection): UnderWay {
  const waiting = { bytes: messageBytes };
  let end = intake.begin();

  async function stepAside(seconds: number): Promise<void> {
    end();
    patient.add(waiting);
    await sleep(seconds * 1_000, undefined, { signal: gone, ref: false }).catch(() => undefined);
    patient.delete(waiting);
    end = intake.begin();
    gone.throwIfAborted();
  }

  return {
    async patiently(ask) {
      for (let waits = 0; ; waits += 1) {
        try {
          return await ask();
        } catch (error) {
          const seconds = secondsToWait(error);
          if (seconds === undefined || seconds > MOST_SECONDS || waits === MOST_WAITS) throw error;
          await stepAside(seconds);
        }
      }
    },
    end: () => end(),
  };
}

function secondsToWait(error: unknown): number | undefined {
  const mayPass = error instanceof AppError && PASSING.includes(error.code);
  return mayPass ? error.retryAfterSeconds : undefined;
}
