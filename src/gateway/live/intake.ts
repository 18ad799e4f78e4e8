import { createAllowance } from './allowance';
import type { SocketLimits } from './socket-limits';
import type { MessageTurns } from './message-turns';

/** Where the messages of one socket wait for their turn. */
export interface Intake {
  /** @returns whether it may wait: false when too many do */
  take(message: () => void): boolean;
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
    'messagesAtOnce' | 'messagesPerSecond' | 'messagesWaiting' | 'operations'
  >;
}

/**
 * Takes messages one after the other: one in a turn of the event loop, as fast as its allowance lets it, and none while
 * as many operations are under way as may be. A client that sends faster than that fills its own buffers, then.
 */
export function createIntake({ socket, turns, limits }: IntakeOptions): Intake {
  const allowance = createAllowance({ atOnce: limits.messagesAtOnce, perSecond: limits.messagesPerSecond });
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;

  function end(): void {
    clearTimeout(timer);
    waiting.length = 0;
    // The client's answer to a close frame comes this way, too.
    socket.resume();
  }

  function goOn(): void {
    if (waiting.length === 0) return socket.resume();
    if (waiting.length >= PAUSED_FROM) socket.pause();
    if (timer === undefined && underWay < limits.operations) turns.wait(next);
  }

  function next(): void {
    if (socket.readyState !== socket.OPEN) return end();
    const wait = allowance.take();
    if (wait > 0) {
      timer = setTimeout(() => {
        timer = undefined;
        goOn();
      }, wait).unref();
      return;
    }
    waiting.shift()?.();
    goOn();
  }

  return {
    take(message) {
      if (socket.readyState !== socket.OPEN) return true;
      if (waiting.length >= limits.messagesWaiting) return false;
      waiting.push(message);
      goOn();
      return true;
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
