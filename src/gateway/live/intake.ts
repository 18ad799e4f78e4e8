import { createAllowance } from './allowance';
import type { SocketLimits } from './socket-limits';
import type { MessageTurns } from './message-turns';

/** Where the messages of one socket wait for their turn. */
export interface Intake {
  take(message: () => void): void;
  /** Something is under way that only few may be at a time: messages wait for its end. @returns ends it, once */
  begin(): () => void;
  readonly underWay: number;
  /** Forgets what waits. */
  end(): void;
}

/** What a socket has of the flow of what comes in. */
interface Source {
  readonly readyState: number;
  readonly OPEN: number;
  pause(): void;
  resume(): void;
}

/** From here on the socket is not read from, until none waits: what the client sends next stays with it. */
const PAUSED_FROM = 16;

export interface IntakeOptions {
  readonly socket: Source;
  /** Shared by all sockets: one message of each in turn. */
  readonly turns: MessageTurns;
  readonly limits: Pick<
    SocketLimits,
    'messagesAtOnce' | 'messagesPerSecond' | 'messagesWaiting' | 'floodMs' | 'operations'
  >;
  /** It sends more than may wait, or has sent more than is taken for too long: it is to be closed. */
  readonly onFlood: () => void;
}

/**
 * Takes messages one after the other: one in a turn of the event loop, as fast as its allowance lets it, and none while
 * as many operations are under way as may be. A client that sends faster than that fills its own buffers, then, and is
 * let go when it does not stop.
 */
export function createIntake({ socket, turns, limits, onFlood }: IntakeOptions): Intake {
  const allowance = createAllowance({ atOnce: limits.messagesAtOnce, perSecond: limits.messagesPerSecond });
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;
  /** Since when messages have been waiting for the allowance to grow; undefined once none is left. */
  let tooFastSince: number | undefined;

  function end(): void {
    clearTimeout(timer);
    waiting.length = 0;
    // The client's answer to a close frame comes this way, too.
    socket.resume();
  }

  function goOn(): void {
    if (waiting.length === 0) {
      tooFastSince = undefined;
      return socket.resume();
    }
    if (waiting.length >= PAUSED_FROM) socket.pause();
    if (timer === undefined && underWay < limits.operations) turns.wait(next);
  }

  function next(): void {
    if (socket.readyState !== socket.OPEN) return end();
    const wait = allowance.take();
    if (wait > 0) return holdBack(wait);
    waiting.shift()?.();
    goOn();
  }

  function holdBack(waitMs: number): void {
    tooFastSince ??= performance.now();
    if (performance.now() - tooFastSince > limits.floodMs) return flood();
    timer = setTimeout(() => {
      timer = undefined;
      goOn();
    }, waitMs).unref();
  }

  function flood(): void {
    onFlood();
    end();
  }

  return {
    take(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (waiting.length >= limits.messagesWaiting) return flood();
      waiting.push(message);
      goOn();
    },
    begin() {
      underWay += 1;
      let isUnderWay = true;
      return () => {
        if (!isUnderWay) return;
        isUnderWay = false;
        underWay -= 1;
        goOn();
      };
    },
    get underWay() {
      return underWay;
    },
    end,
  };
}
