import { z } from 'zod';
import type { Lifecycle } from '../../src/lifecycle';
import { type Child, startChild } from '../live/child';
import { rivalProgram } from './installed';

/** A request of the readers. */
export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The requests, and how to recognise a failure. */
export interface Load {
  /** Scheme, host and port. */
  readonly url: string;
  /** HTTP when left out. Over WebSockets, as many requests are open as there would be connections. */
  readonly transport?: 'http' | 'websocket';
  readonly requests: readonly Request[];
  readonly connections: number;
  readonly seconds: number;
  /**
   * Over HTTP: the shortest time in milliseconds between an answer and the next equal request. The readers wait for it, and
   * do not count the wait. 0 when left out.
   */
  readonly apartMs?: number;
  /** Every answer must contain this text … */
  readonly mustHold: string;
  /** … and not this one; empty for none. */
  readonly mustNotHold: string;
}

const answered = z.object({
  /** Until the last answer, without waits for pauses. */
  elapsedSeconds: z.number(),
  /** How long each answer took, in milliseconds. */
  durations: z.custom<Float64Array>((value) => value instanceof Float64Array),
  failed: z.number(),
  unlike: z.string(),
  /** Processor use of the readers: 1 is one core, all the time. */
  cores: z.number(),
});
export type Answered = z.infer<typeof answered>;

/** The readers: one process, on another core than the server's. */
export interface Readers {
  /** @throws Error when a request failed or its answer is wrong */
  ask(load: Load): Promise<Answered>;
}

const PATIENCE_MS = 60_000;

export function openReaders(lifecycle: Lifecycle): Readers {
  const child: Child = startChild({ name: 'readers', ...rivalProgram('load/load.mjs') });
  lifecycle.own('readers', () => child.end());
  return {
    async ask(load) {
      const found = await child.ask('run', answered, load, load.seconds * 1_000 + PATIENCE_MS);
      if (found.failed > 0)
        throw new Error(`${found.failed} requests failed: ${found.unlike || 'no answer'}`);
      return found;
    },
  };
}
