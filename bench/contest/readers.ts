import { z } from 'zod';
import type { Lifecycle } from '../../src/lifecycle';
import { type Child, startChild } from '../live/child';
import { rivalProgram } from './installed';

/** A request as the readers send it. */
export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is asked, and how an answer is told from a failure. */
export interface Load {
  /** Where: scheme, host and port. */
  readonly url: string;
  /** HTTP when left out. Over WebSockets as many requests are under way as there would be connections. */
  readonly transport?: 'http' | 'websocket';
  readonly requests: readonly Request[];
  readonly connections: number;
  readonly seconds: number;
  /**
   * Over HTTP: how long after its answer nothing is asked for again, in milliseconds. Should its turn come earlier, whoever
   * asks stands still until then, and counts none of that. Nothing when left out.
   */
  readonly apartMs?: number;
  /** Every answer holds this text … */
  readonly mustHold: string;
  /** … and not this one; empty for none. */
  readonly mustNotHold: string;
}

const answered = z.object({
  /** Until the last answer, without the time stood still. */
  elapsedSeconds: z.number(),
  /** How long each answer took, in milliseconds. */
  durations: z.custom<Float64Array>((value) => value instanceof Float64Array),
  failed: z.number(),
  unlike: z.string(),
  /** Of processor time that asking took: 1 is one core, all the time. */
  cores: z.number(),
});
export type Answered = z.infer<typeof answered>;

/** Whoever asks: one process, on a core that is not the server's. */
export interface Readers {
  /** @throws Error when a request failed or was not answered as it should be */
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
