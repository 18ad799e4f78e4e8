import { Agent, get } from 'node:http';
import { now } from '../../../bench/live/now';
import { lostMs, type Processor, processorOf } from './processor';

/** The health of a service while it was watched. */
export interface Health {
  readonly asked: number;
  readonly failed: number;
  readonly firstFailure: string | null;
  /** The longest wait, as measured by the prober. */
  readonly longestMs: number;
  /** The longest wait without the time for which the machine had no free processor: that is load, not a stall. */
  readonly longestOwnMs: number;
}

export interface HealthWatch {
  /** Resolves once it sends requests. */
  readonly started: Promise<void>;
  stop(): Health;
}

const EVERY_MS = 10;
/** Opened in advance: a service under attack may not accept new connections in time. */
const SOCKETS = 32;

interface Moment {
  readonly at: number;
  readonly service: Processor;
  readonly asker: Processor;
}

/** Sends a request every ten milliseconds, whether or not earlier ones have been answered. */
export function watchHealth(origin: string, pid: number): HealthWatch {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS, scheduling: 'fifo' });
  const open = new Set<Moment>();
  const none = { asked: 0, failed: 0, firstFailure: null, longestMs: 0, longestOwnMs: 0 };
  let found: Health = none;
  const look = (): Moment => ({
    at: now(),
    service: processorOf(pid),
    asker: processorOf(process.pid),
  });

  function measure(since: Moment, failure?: string): void {
    const until = look();
    const took = until.at - since.at;
    // Both may have waited at the same time: subtracted only once.
    const lost = Math.max(lostMs(since.service, until.service), lostMs(since.asker, until.asker));
    found = {
      asked: found.asked + 1,
      failed: found.failed + (failure === undefined ? 0 : 1),
      firstFailure: found.firstFailure ?? failure ?? null,
      longestMs: Math.max(found.longestMs, took),
      longestOwnMs: Math.max(found.longestOwnMs, took - lost),
    };
  }

  function ask(): Promise<void> {
    const since = look();
    open.add(since);
    return new Promise((resolve) => {
      const end = (failure?: string): void => {
        if (open.delete(since)) measure(since, failure);
        resolve();
      };
      get(`${origin}/api/health`, { agent }, (response) => {
        const { statusCode } = response;
        response.resume().once('end', () => end(statusCode === 200 ? undefined : `answered ${statusCode}`));
      })
        .once('error', (error) => end(error.message))
        .once('close', () => end('the connection was closed'));
    });
  }

  let timer: NodeJS.Timeout | undefined;
  // The first answers only open the sockets.
  const started = Promise.all(Array.from({ length: SOCKETS }, ask)).then(() => {
    found = none;
    timer = setInterval(() => {
      // When all sockets wait, the first has waited longest.
      if (open.size < SOCKETS) void ask();
    }, EVERY_MS);
  });

  return {
    started,
    stop() {
      clearInterval(timer);
      // An open request has waited at least this long.
      for (const since of open) measure(since);
      open.clear();
      agent.destroy();
      return found;
    },
  };
}
