import { within } from '../runtime/timeout';

/** Reads the state of the service; undefined when it cannot be read in time. Never rejects. */
export type SingleFlightRead<T> = () => Promise<T | undefined>;

/** A database that is away must not delay the probes and the metrics page. */
const TIMEOUT_MS = 1_000;

/** Simultaneous callers, as the metrics of one page are, share one read. */
export function createSingleFlightRead<T>(read: () => Promise<T>): SingleFlightRead<T> {
  let current: Promise<T | undefined> | undefined;

  function readInTime(): Promise<T | undefined> {
    const reading = read().catch(() => undefined);
    return within(TIMEOUT_MS, reading, () => undefined);
  }

  return () => {
    current ??= readInTime().finally(() => (current = undefined));
    return current;
  };
}

/** Reads no more than once in so long; what could not be read is read anew. @param now a clock that never goes back, in milliseconds */
export function createKeptRead<T>(
  read: SingleFlightRead<T>,
  keptMs: number,
  now: () => number = () => performance.now(),
): SingleFlightRead<T> {
  let kept: { readonly value: T; readonly until: number } | undefined;
  return async () => {
    if (kept !== undefined && now() < kept.until) return kept.value;
    const value = await read();
    kept = value === undefined ? undefined : { value, until: now() + keptMs };
    return value;
  };
}
