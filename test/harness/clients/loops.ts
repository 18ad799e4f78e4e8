import type { AnalyticsError } from 'event-analytics-client';
import { WebSocket } from 'ws';
import { waitFor } from '../wait-for';

/** A loop over values, as it has come so far. */
export interface Loop<Value> {
  readonly values: readonly Value[];
  readonly isOver: boolean;
  readonly failure: AnalyticsError | undefined;
  until(holds: (value: Value) => boolean, what: string): Promise<unknown>;
  over(): Promise<unknown>;
}

export function loopOver<Value>(iterable: AsyncIterable<Value>): Loop<Value> {
  const values: Value[] = [];
  let isOver = false;
  let failure: AnalyticsError | undefined;
  async function loop(): Promise<void> {
    try {
      for await (const value of iterable) values.push(value);
    } catch (error) {
      failure = error as AnalyticsError;
    }
    isOver = true;
  }
  void loop();
  return {
    values,
    get isOver() {
      return isOver;
    },
    get failure() {
      return failure;
    },
    until: (holds, what) => waitFor(() => values.some(holds), { what, timeoutMs: 30_000 }),
    over: () => waitFor(() => isOver, { what: 'the loop to end', timeoutMs: 30_000 }),
  };
}

/** The WebSocket of `ws`, and what its sockets were sent and have received. */
export function watchedWebSocket() {
  const sockets: WebSocket[] = [];
  const sent: unknown[] = [];
  class Watched extends WebSocket {
    constructor(url: string, protocol?: string) {
      super(url, protocol);
      sockets.push(this);
    }
    override send(data: string): void {
      sent.push(JSON.parse(data));
      super.send(data);
    }
  }
  const ofType = (type: string) => sent.filter((message) => (message as { type: string }).type === type);
  return { webSocket: Watched, sockets, ofType };
}
