import type { Database } from '../../src/database/database';
import { waitFor } from './wait-for';

/** A worker's tick that stands still behind its claim, ahead of the first piece that it has leave. */
export interface HeldTick {
  /** How often it has renewed its claim, or tried to. */
  renewals(): number;
  /** @throws what it throws */
  goOn(): Promise<void>;
}

/** @param tick given the database that it is to be done with */
export async function holdTick(
  database: Database,
  tick: (database: Database) => Promise<void>,
): Promise<HeldTick> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let [isLeaving, isHeld, isReleased, renewals] = [false, false, false, 0];
  const over = tick({
    ...database,
    async query(row, statement, ...parameters) {
      const rows = await database.query(row, statement, ...parameters);
      isLeaving ||= /sealed_at IS NOT NULL AND emptied_at IS NULL/.test(statement) && rows.length > 0;
      return rows;
    },
    async transaction(work) {
      if (isLeaving && !isHeld) {
        isHeld = true;
        await released;
        return database.transaction(work);
      }
      const done = await database.transaction(work);
      // While it is held it does nothing else.
      if (isHeld && !isReleased) renewals += 1;
      return done;
    },
  });
  // It is waited for in goOn.
  over.catch(() => undefined);
  await waitFor(() => isHeld, { what: 'the tick to be held', timeoutMs: 30_000 });
  return {
    renewals: () => renewals,
    goOn() {
      isReleased = true;
      release();
      return over;
    },
  };
}
