import type { Logger } from './log';

/** What is said of a fault: once when it begins, once when it ends. Between them every failure is a debug line. */
export interface FaultLog {
  /** Whether the last attempt failed. */
  readonly isFailing: boolean;
  /** What the last attempt failed with; undefined while it works. */
  readonly lastError: unknown;
  failed(error: unknown): void;
  worked(): void;
}

export interface FaultWords {
  /** What is logged, as a warning, with the first failure. */
  readonly begins: string;
  /** What is logged with the first success after it, with how many attempts failed and for how long, in ms. */
  readonly ends: string;
}

/**
 * A fault that comes back so soon after its end belongs to the one before: of a part that goes and comes several times a
 * second nobody wants to read each time. When it lasts as long, it is said after all.
 */
const SAME_WITHIN_MS = 5_000;

interface Fault {
  readonly since: number;
  failures: number;
  lastError: unknown;
  isTold: boolean;
}

/** @param fields what each of its lines carries, the name of the part for one */
export function createFaultLog(log: Logger, { begins, ends }: FaultWords, fields: object = {}): FaultLog {
  let fault: Fault | undefined;
  let endedAt = -Infinity;

  function begin(error: unknown): Fault {
    const since = performance.now();
    return { since, failures: 0, lastError: error, isTold: false };
  }

  function isToBeTold({ since, isTold }: Fault): boolean {
    return !isTold && (since - endedAt > SAME_WITHIN_MS || performance.now() - since > SAME_WITHIN_MS);
  }

  return {
    get isFailing() {
      return fault !== undefined;
    },
    get lastError() {
      return fault?.lastError;
    },
    failed(error) {
      fault ??= begin(error);
      fault.failures += 1;
      fault.lastError = error;
      if (isToBeTold(fault)) {
        fault.isTold = true;
        log.warn({ ...fields, err: error }, begins);
      } else log.debug({ ...fields, err: error, failures: fault.failures }, begins);
    },
    worked() {
      if (fault === undefined) return;
      endedAt = performance.now();
      const told = { ...fields, failures: fault.failures, forMs: Math.round(endedAt - fault.since) };
      if (fault.isTold) log.info(told, ends);
      else log.debug(told, ends);
      fault = undefined;
    },
  };
}
