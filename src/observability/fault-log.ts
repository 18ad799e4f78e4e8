import type { Logger } from './log';

/** Logs a fault once when it begins and once when it ends. Between them every failure is a debug line. */
export interface FaultLog {
  /** Whether the last attempt failed. */
  readonly isFailing: boolean;
  /** What the last attempt failed with; undefined while it works. */
  readonly lastError: unknown;
  /** Whether an attempt failed less than so many milliseconds ago: what hangs is not asked for a while. */
  hasFailedWithin(ms: number): boolean;
  failed(error: unknown): void;
  worked(): void;
}

export interface FaultTexts {
  /** What is logged, as a warning, with the first failure. */
  readonly begins: string;
  /** What is logged with the first success after it, with how many attempts failed and for how long, in ms. */
  readonly ends: string;
}

/**
 * A fault that comes back so soon after its end belongs to the one before: a dependency that goes and comes several times a
 * second would flood the log. A fault that lasts as long is logged after all.
 */
const SAME_WITHIN_MS = 5_000;

interface Fault {
  readonly since: number;
  failures: number;
  lastError: unknown;
  isLogged: boolean;
}

/** @param fields what each of its lines carries, the name of the part for one */
export function createFaultLog(log: Logger, { begins, ends }: FaultTexts, fields: object = {}): FaultLog {
  let fault: Fault | undefined;
  let endedAt = -Infinity;
  let failedAt = -Infinity;

  function begin(error: unknown): Fault {
    const since = performance.now();
    return { since, failures: 0, lastError: error, isLogged: false };
  }

  function mustBeLogged({ since, isLogged }: Fault): boolean {
    return !isLogged && (since - endedAt > SAME_WITHIN_MS || performance.now() - since > SAME_WITHIN_MS);
  }

  return {
    get isFailing() {
      return fault !== undefined;
    },
    get lastError() {
      return fault?.lastError;
    },
    hasFailedWithin: (ms) => performance.now() - failedAt < ms,
    failed(error) {
      fault ??= begin(error);
      failedAt = performance.now();
      fault.failures += 1;
      fault.lastError = error;
      if (mustBeLogged(fault)) {
        fault.isLogged = true;
        log.warn({ ...fields, err: error }, begins);
      } else log.debug({ ...fields, err: error, failures: fault.failures }, begins);
    },
    worked() {
      if (fault === undefined) return;
      endedAt = performance.now();
      const summary = { ...fields, failures: fault.failures, forMs: Math.round(endedAt - fault.since) };
      if (fault.isLogged) log.info(summary, ends);
      else log.debug(summary, ends);
      fault = undefined;
    },
  };
}

/** A fault log of what is in parts, each of which may fail for itself. */
export interface PartsFaultLog {
  /** Whether a part has failed that has not worked since. */
  readonly isFailing: boolean;
  /** Whether an attempt at this part failed less than so many milliseconds ago. */
  hasFailedWithin(part: string, ms: number): boolean;
  failed(part: string, error: unknown): void;
  worked(part: string): void;
}

/** A part that fails is tried again all the time, or has gone: names of parts come and go. */
const FORGOTTEN_MS = 5_000;

/** The fault begins with the first part that fails, and ends when something works and none has failed lately. */
export function createPartsFaultLog(log: Logger, texts: FaultTexts): PartsFaultLog {
  const fault = createFaultLog(log, texts);
  const failedAt = new Map<string, number>();
  const hasFailedWithin = (part: string, ms: number): boolean =>
    performance.now() - (failedAt.get(part) ?? -Infinity) < ms;

  return {
    get isFailing() {
      return fault.isFailing;
    },
    hasFailedWithin,
    failed(part, error) {
      failedAt.set(part, performance.now());
      fault.failed(error);
    },
    worked(part) {
      if (!fault.isFailing) return;
      failedAt.delete(part);
      for (const other of failedAt.keys()) if (!hasFailedWithin(other, FORGOTTEN_MS)) failedAt.delete(other);
      if (failedAt.size === 0) fault.worked();
    },
  };
}
