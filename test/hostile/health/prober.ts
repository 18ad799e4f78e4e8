import path from 'node:path';
import { z } from 'zod';
import { startChild } from '../../../bench/live/child';
import type { Gateway } from '../stage/gateway';
import type { Health } from './health-watch';

const health: z.ZodType<Health> = z.object({
  asked: z.number(),
  failed: z.number(),
  firstFailure: z.string().nullable(),
  longestMs: z.number(),
  longestOwnMs: z.number(),
});

/** Another process, which asks a gateway every ten milliseconds how it is. */
export interface Prober {
  /** How many times slower than usual this machine is, at least 1. */
  slowness(): Promise<number>;
  /** Resolves once it asks. */
  start(gateway: Gateway): Promise<void>;
  /** Stops, and says how the gateway was meanwhile. */
  report(): Promise<Health>;
  close(): Promise<void>;
}

export function openProber(): Prober {
  const child = startChild({ name: 'prober', script: path.join(__dirname, 'prober-process.ts') });
  return {
    slowness: () => child.ask('health.slowness', z.number()),
    async start({ origin, process: { pid } }) {
      await child.ask('health.watch', z.null(), { origin, pid });
    },
    report: () => child.ask('health.report', health),
    close: () => child.end(),
  };
}
