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

/** @param fields what each of its lines carries, the name of the part for one */
export function createFaultLog(log: Logger, { begins, ends }: FaultWords, fields: object = {}): FaultLog {
  let fault: { readonly since: number; failures: number; lastError: unknown } | undefined;
  return {
    get isFailing() {
      return fault !== undefined;
    },
    get lastError() {
      return fault?.lastError;
    },
    failed(error) {
      if (fault === undefined) {
        fault = { since: performance.now(), failures: 1, lastError: error };
        log.warn({ ...fields, err: error }, begins);
        return;
      }
      fault.failures += 1;
      fault.lastError = error;
      log.debug({ ...fields, err: error, failures: fault.failures }, begins);
    },
    worked() {
      if (fault === undefined) return;
      const forMs = Math.round(performance.now() - fault.since);
      log.info({ ...fields, failures: fault.failures, forMs }, ends);
      fault = undefined;
    },
  };
}
