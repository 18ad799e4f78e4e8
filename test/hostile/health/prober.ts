import path from 'node:path';
import { z } from 'zod';
import { startChild } from '../../../bench/live/child';
import type { Gateway } from '../deployment/gateway';
import type { Health } from './health-watch';
import type { NeighbourOptions, Reading } from './neighbour';

const health: z.ZodType<Health> = z.object({
  asked: z.number(),
  failed: z.number(),
  firstFailure: z.string().nullable(),
  longestMs: z.number(),
  longestOwnMs: z.number(),
});

const reading: z.ZodType<Reading> = z.object({
  read: z.number(),
  longestMs: z.number(),
  refusals: z.array(z.string()),
});

/** Another process, which asks a gateway for its health every ten milliseconds and reads as a neighbour. */
export interface Prober {
  /** How many times slower than the reference this machine is, at least 1. */
  slowness(): Promise<number>;
  /** Resolves once it sends requests. */
  start(gateway: Gateway): Promise<void>;
  /** Stops. @returns what it measured since the start */
  report(): Promise<Health>;
  startReading(gateway: Gateway, reader: Pick<NeighbourOptions, 'tokens' | 'eventIds'>): Promise<void>;
  stopReading(): Promise<Reading>;
  close(): Promise<void>;
}

/** A reader that is stopped first waits for its open request. */
const LAST_ANSWER_MS = 90_000;

export function openProber(): Prober {
  const child = startChild({ name: 'prober', script: path.join(__dirname, 'prober-process.ts') });
  return {
    slowness: () => child.ask('health.slowness', z.number()),
    async start({ origin, process: { pid } }) {
      await child.ask('health.watch', z.null(), { origin, pid });
    },
    report: () => child.ask('health.report', health),
    async startReading({ origin, process: { pid } }, reader) {
      await child.ask('neighbour.read', z.null(), { origin, pid, ...reader });
    },
    stopReading: () => child.ask('neighbour.report', reading, null, LAST_ANSWER_MS),
    close: () => child.end(),
  };
}
