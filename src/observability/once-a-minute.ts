import type { Logger } from './log';

/** How often a line of one kind is logged. */
const PAUSE_MS = 60_000;

export interface OnceAMinute {
  /**
   * Logs what happened, as a warning, unless something of the same kind was logged less than a minute ago: then it is a debug
   * line, and is counted in the next one.
   *
   * @param kind of a limited number
   */
  tell(kind: string, fields: object, message: string): void;
}

interface Told {
  readonly at: number;
  since: number;
}

/** For what clients can bring about as often as they like, and an operator has to hear of. */
export function createOnceAMinute(log: Logger, now = (): number => performance.now()): OnceAMinute {
  const told = new Map<string, Told>();
  return {
    tell(kind, fields, message) {
      const last = told.get(kind);
      if (last !== undefined && now() - last.at < PAUSE_MS) {
        last.since += 1;
        log.debug(fields, message);
        return;
      }
      told.set(kind, { at: now(), since: 0 });
      log.warn({ ...fields, ...(last !== undefined && { sinceLastLine: last.since }) }, message);
    },
  };
}
