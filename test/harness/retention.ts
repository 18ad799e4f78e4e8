import { createBusinessCalendar } from '../../src/domain/calendar';
import type { Database } from '../../src/database/database';
import { systemClock } from '../../src/runtime/clock';
import { enforceRetention, type RetentionOptions } from '../../src/workers/retention/retention';
import { ZONE } from './oracle/moments';

/** Seals, and has rows leave, as a worker would now. */
export function keepFor(
  database: Database,
  days: number,
  options: Partial<RetentionOptions> = {},
): Promise<void> {
  return enforceRetention({
    database,
    days,
    topics: [],
    calendar: createBusinessCalendar(ZONE),
    clock: systemClock,
    ...options,
  });
}
