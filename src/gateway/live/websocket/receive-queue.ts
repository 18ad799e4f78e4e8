import type { SocketLimits } from './limits';

/** The messages of one socket that wait to be handled. */
export interface ReceiveQueue {
  push(message: () => void): void;
  /** Counts an operation; messages wait while too many run. @returns ends it; calling it again has no effect */
  startOperation(): () => void;
  readonly runningOperations: number;
  /** Drops the waiting messages. */
  clear(): void;
}

/** What a receive queue needs of a socket. */
interface Source {
  readonly readyState: number;
  readonly OPEN: number;
  pause(): void;
  resume(): void;
}

/** With so many waiting messages, the socket is not read until none waits: backpressure on the client. */
const PAUSED_FROM = 16;

export interface ReceiveQueueOptions {
  readonly socket: Source;
  /** Shared by all sockets: handles one message of each in turn. */
  readonly scheduler: MessageScheduler;
  readonly limits: Pick<
    SocketLimits,
    'messagesAtOnce' | 'messagesPerSecond' | 'messagesWaiting' | 'floodMs' | 'operations'
  >;
  /** More messages came than may wait, or than are handled for too long: the socket is to be closed. */
  readonly onFlood: () => void;
}

/**
 * Handles messages one after the other: one in an iteration of the event loop, no faster than the rate limit, and none while
 * the maximum of operations runs. A client that sends faster fills its own buffers, and is closed if it goes on.
 */
export function createReceiveQueue({
  socket,
  scheduler,
  limits,
  onFlood,
}: ReceiveQueueOptions): ReceiveQueue {
  const bucket = createTokenBucket({ capacity: limits.messagesAtOnce, perSecond: limits.messagesPerSecond });
  const waiting: (() => void)[] = [];
  let runningOperations = 0;
  let timer: NodeJS.Timeout | undefined;
  /** Since when messages have been waiting for the rate limit; undefined once none waits. */
  let limitedSince: number | undefined;

  function clear(): void {
    clearTimeout(timer);
    waiting.length = 0;
    // The client's close frame has to be read, too.
    socket.resume();
  }

  function next(): void {
    if (waiting.length === 0) {
      limitedSince = undefined;
      return socket.resume();
    }
    if (waiting.length >= PAUSED_FROM) socket.pause();
    if (timer === undefined && runningOperations < limits.operations) scheduler.schedule(handleOne);
  }

  function handleOne(): void {
    if (socket.readyState !== socket.OPEN) return clear();
    const waitMs = bucket.take();
    if (waitMs > 0) return delay(waitMs);
    waiting.shift()?.();
    next();
  }

  function delay(waitMs: number): void {
    limitedSince ??= performance.now();
    if (performance.now() - limitedSince > limits.floodMs) return flood();
    timer = setTimeout(() => {
      timer = undefined;
      next();
    }, waitMs).unref();
  }

  function flood(): void {
    onFlood();
    clear();
  }

  return {
    push(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (waiting.length >= limits.messagesWaiting) return flood();
      waiting.push(message);
      next();
    },
    startOperation() {
      runningOperations += 1;
      let isRunning = true;
      return () => {
        if (!isRunning) return;
        isRunning = false;
        runningOperations -= 1;
        next();
      };
    },
    get runningOperations() {
      return runningOperations;
    },
    clear,
  };
}

interface TokenBucket {
  /** @returns 0 when it took one, else the milliseconds until there is one */
  take(): number;
}

function createTokenBucket({
  capacity,
  perSecond,
}: {
  readonly capacity: number;
  readonly perSecond: number;
}): TokenBucket {
  let left = capacity;
  let countedAt = performance.now();
  return {
    take() {
      const at = performance.now();
      left = Math.min(capacity, left + ((at - countedAt) / 1_000) * perSecond);
      countedAt = at;
      if (left < 1) return Math.ceil(((1 - left) / perSecond) * 1_000);
      left -= 1;
      return 0;
    },
  };
}

/**
 * Handles the messages of all sockets round-robin, without waiting for what they start. One iteration of the event loop
 * handles as many as its time budget allows.
 */
export interface MessageScheduler {
  /**
   * Calls this once in a later iteration of the event loop, behind all that waits. A function that waits already is not queued
   * twice.
   *
   * @param handleOne must not throw
   */
  schedule(handleOne: () => void): void;
}

/** The time budget of one iteration of the loop, in milliseconds; the last message that started within it may exceed it. */
const ITERATION_MS = 10;

/** @param now in milliseconds; measures the time budget */
export function createMessageScheduler(now: () => number = () => performance.now()): MessageScheduler {
  const waiting = new Set<() => void>();
  let isDue = false;

  function requestIteration(): void {
    if (isDue || waiting.size === 0) return;
    isDue = true;
    setImmediate(iterate);
  }

  function iterate(): void {
    isDue = false;
    const end = now() + ITERATION_MS;
    // A function that schedules itself again comes after all others, and not twice in one iteration.
    let left = waiting.size;
    for (const handleOne of waiting) {
      waiting.delete(handleOne);
      handleOne();
      left -= 1;
      if (left === 0 || now() >= end) break;
    }
    requestIteration();
  }

  return {
    schedule(handleOne) {
      waiting.add(handleOne);
      requestIteration();
    },
  };
}
