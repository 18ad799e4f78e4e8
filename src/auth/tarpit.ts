import type { ServerResponse } from 'node:http';

export interface TarpitLimits {
  readonly pauseMs: number;
  /** How many are held in all: each takes a few kilobytes beside its connection. */
  readonly held: number;
  readonly heldPerToken: number;
}

/** Fifty loops of one client come to a hundred refusals a second, rather than to as many as there is processor for. */
export const TARPIT_LIMITS: TarpitLimits = { pauseMs: 500, held: 5_000, heldPerToken: 1_000 };

/** Holds back what is not urgent to be told: that somebody asks too often who has been told so, and has not waited. */
export interface Tarpit {
  /**
   * Resolves after the pause, or as soon as the client leaves; at once when too many are held already.
   *
   * @param token whose answers are counted together
   */
  hold(token: string, response: ServerResponse): Promise<void>;
  /** How many are held. */
  readonly held: number;
}

export function createTarpit(limits: TarpitLimits = TARPIT_LIMITS): Tarpit {
  const perToken = new Map<string, number>();
  let inAll = 0;

  function letGo(token: string): void {
    inAll -= 1;
    const left = (perToken.get(token) ?? 1) - 1;
    if (left > 0) perToken.set(token, left);
    else perToken.delete(token);
  }

  return {
    async hold(token, response) {
      const ofToken = perToken.get(token) ?? 0;
      if (inAll >= limits.held || ofToken >= limits.heldPerToken || response.closed) return;
      inAll += 1;
      perToken.set(token, ofToken + 1);
      await pause(limits.pauseMs, response);
      letGo(token);
    },
    get held() {
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
    // The connection keeps the process for as long as somebody waits: a process that stops does not wait for more.
    const timer = setTimeout(end, pauseMs).unref();
    response.once('close', end);
  });
}
