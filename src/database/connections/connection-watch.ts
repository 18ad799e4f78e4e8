import type { Clock } from '../../runtime/clock';
import type { Connections } from './connections';
import { createDatabaseClock } from './database-clock';
import { NoAnswer } from '../deadline';
import type { Heartbeat } from './heartbeat';
import { DatabaseUnavailable, reasonOf } from '../unavailable';

/** Told when the database becomes unavailable and when it is back, once each; names no secret. */
export interface AvailabilityListener {
  readonly onAway: (reason: string) => void;
  /** @param failed how many statements and transactions failed during that time */
  readonly onBack: (told: { readonly forMs: number; readonly failed: number }) => void;
}

/** Whether the database can be asked: a circuit breaker that a heartbeat opens and closes. */
export interface ConnectionWatch {
  /** The database's time. */
  readonly clock: Clock;
  /** @throws DatabaseUnavailable at once, while the database is known to be away */
  requireAvailable(): void;
  /** Something failed because the database could not be asked. */
  failed(error: unknown): void;
  stop(): void;
}

export interface ConnectionWatchOptions extends AvailabilityListener {
  readonly heartbeat: Heartbeat;
  readonly pools: readonly Connections[];
}

/** From one answer to the next question, in milliseconds. */
const BEAT_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 1_500;
/** The same while the database is away, so that it is used soon once it is back. */
const RETRY_EVERY_MS = 250;
const RETRY_WITHIN_MS = 1_000;

/** No fault log: it is told to a listener, which for a command is the terminal, and it ends with the first whole beat. */
interface Trouble {
  readonly since: number;
  failed: number;
  /** When it answered first since the last failure. */
  backAt: number | undefined;
}

/**
 * Begins to watch.
 *
 * @throws when the database cannot be asked now
 */
export async function watchConnections(options: ConnectionWatchOptions): Promise<ConnectionWatch> {
  const { heartbeat, pools, onAway, onBack } = options;
  const clock = createDatabaseClock(await heartbeat.beat(ANSWER_WITHIN_MS));
  let away: DatabaseUnavailable | undefined;
  let trouble: Trouble | undefined;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  function fail(error: unknown): void {
    if (isStopped) return;
    if (trouble === undefined) {
      trouble = { since: performance.now(), failed: 0, backAt: undefined };
      onAway(reasonOf(error));
    }
    trouble.failed += 1;
    trouble.backAt = undefined;
  }

  function goAway(error: unknown): void {
    if (away !== undefined || isStopped) return;
    fail(error);
    away = new DatabaseUnavailable(error);
    for (const pool of pools) pool.admit(false);
    for (const pool of pools) pool.endAll('The database does not answer.');
  }

  function comeBack(): void {
    if (away !== undefined) {
      away = undefined;
      for (const pool of pools) pool.admit(true);
    }
    if (trouble === undefined) return;
    // It has answered, but has everybody been answered? A whole beat without a failure says so.
    const { since, failed, backAt } = trouble;
    trouble.backAt = performance.now();
    if (backAt === undefined) return;
    trouble = undefined;
    onBack({ forMs: Math.round(backAt - since), failed });
  }

  async function beat(): Promise<void> {
    if (away !== undefined) return clock.correct(await heartbeat.beat(RETRY_WITHIN_MS));
    try {
      clock.correct(await heartbeat.beat(ANSWER_WITHIN_MS));
    } catch (lost) {
      if (isStopped) return;
      // The connection may be lost alone, or all of them with it: a new one tells.
      clock.correct(await heartbeat.beat(ANSWER_WITHIN_MS));
      for (const pool of pools) {
        if (lost instanceof NoAnswer) pool.endAll('Open connections are silent, and a new one answers.');
        else pool.endIdle();
      }
    }
  }

  async function round(): Promise<void> {
    await beat().then(comeBack, goAway);
    if (!isStopped) schedule();
  }

  function schedule(): void {
    timer = setTimeout(() => void round(), away === undefined ? BEAT_EVERY_MS : RETRY_EVERY_MS);
    timer.unref();
  }

  schedule();
  return {
    clock,
    failed: fail,
    requireAvailable() {
      if (away === undefined) return;
      fail(away);
      throw away;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      heartbeat.stop();
    },
  };
}
