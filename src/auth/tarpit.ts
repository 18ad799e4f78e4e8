import type { ServerResponse } from 'node:http';

export interface TarpitLimits {
  readonly pauseMs: number;
  /** How many refusals are delayed in all: each takes a few kilobytes beside its connection. */
  readonly delayed: number;
  readonly delayedPerToken: number;
}

/** Fifty loops of one client come to a hundred refusals a second, rather than to as many as there is processor for. */
export const TARPIT_LIMITS: TarpitLimits = { pauseMs: 500, delayed: 5_000, delayedPerToken: 1_000 };

/** Delays the refusals of clients that did not wait for Retry-After. */
export interface Tarpit {
  /**
   * Resolves after the pause, or when the connection closes; at once when too many are delayed already.
   *
   * @param token whose refusals are counted together
   */
  delay(token: string, response: ServerResponse): Promise<void>;
  /** How many refusals are being delayed. */
  readonly delayed: number;
}

export function createTarpit(limits: TarpitLimits = TARPIT_LIMITS): Tarpit {
  const perToken = new Map<string, number>();
  let inAll = 0;

  function leave(token: string): void {
    inAll -= 1;
    const left = (perToken.get(token) ?? 1) - 1;
    if (left > 0) perToken.set(token, left);
    else perToken.delete(token);
  }

  return {
    async delay(token, response) {
      const ofToken = perToken.get(token) ?? 0;
      if (inAll >= limits.delayed || ofToken >= limits.delayedPerToken || response.destroyed) return;
      inAll += 1;
      perToken.set(token, ofToken + 1);
      await pause(limits.pauseMs, response);
      leave(token);
    },
    get delayed() {
      return inAll;
    },
  };
}

function pause(pauseMs: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      response.off('close', end);
      resolve();
    };
    // The connection keeps the process alive: a process that stops does not wait for the rest of the pause.
    const timer = setTimeout(end, pauseMs).unref();
    response.once('close', end);
  });
}
