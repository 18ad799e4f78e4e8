import { z } from 'zod';

/** What the processes of the benchmark tell each other. Times are in milliseconds of the machine's monotonic clock. */

export const nothing = z.null();
const numbers = z.custom<Float64Array>((value) => value instanceof Float64Array);

export const addressOf = z.object({ url: z.string() });

export const connecting = z.object({
  url: z.string(),
  /** The sockets' own address on the loopback: each has ports enough for all of them. */
  localAddress: z.string(),
  token: z.string(),
  /** Socket i subscribes to event i modulo their number. */
  events: z.array(z.string()),
  sockets: z.number(),
  /** Whether the first value comes at once, so that a socket without it is not ready. */
  awaitsFirst: z.boolean(),
});
export type Connecting = z.infer<typeof connecting>;

/** How many sockets are not where they ought to be. */
export const missing = z.object({ missing: z.number() });

/** The last count of every event, in the order of `events`. */
export const finals = z.object({ counts: z.array(z.number()) });

export const reporting = z.object({
  /** Receipts from then on count; deliveries until `to` do. */
  from: z.number(),
  to: z.number(),
  /** For each event, when the thing that made the count `first + i` happened. */
  made: z.array(z.object({ first: z.number(), at: numbers })),
});
export type Reporting = z.infer<typeof reporting>;

export const report = z.object({
  /** Messages. */
  delivered: z.number(),
  /** Registrations that those messages made known: what each count had more than the one before, summed up. */
  told: z.number(),
  /** Counts that were lower than the one before on the same socket. */
  wentBack: z.number(),
  /** Sockets that were closed, or answered something else than a value. */
  failed: z.number(),
  /** A message as it came. */
  sample: z.string(),
  freshness: numbers,
  perRegistration: numbers,
});
export type Report = z.infer<typeof report>;

export const usage = z.object({
  delayMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  rssBytes: z.number(),
  /** Of processor time: 1 is one core, all the time. */
  cores: z.number(),
});
export type Usage = z.infer<typeof usage>;

/** When each broadcast was begun; the first carried the count `first`. */
export const broadcasts = z.object({ first: z.number(), at: numbers });
