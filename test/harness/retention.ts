import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/database/database';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { createFaultLog } from '../../src/observability/fault-log';
import { createLogger } from '../../src/observability/log';
import { systemClock } from '../../src/runtime/clock';
import { createAppliedLog } from '../../src/workers/retention/applied-log';
import { enforceRetention, type RetentionOptions } from '../../src/workers/retention/retention';
import { ZONE } from './oracle/moments';

/** What a worker does every ten minutes, once and now. @throws also what was refused */
export async function tick(
  database: Database,
  days: number,
  options: Partial<RetentionOptions> = {},
): Promise<void> {
  const log = createLogger({ level: 'silent' });
  const refusals = createFaultLog(log, { begins: 'refused', ends: 'sealed' });
  await enforceRetention({
    database,
    days,
    worker: randomUUID(),
    appliedLog: createAppliedLog([], systemClock),
    calendar: createBusinessCalendar(ZONE),
    clock: systemClock,
    log,
    refusals,
    stopping: new AbortController().signal,
    ...options,
  });
  if (refusals.isFailing) throw refusals.lastError;
}

/** Has been noticed, refused, and watched for so much longer: as if a worker had looked all the time. */
export async function letDaysPass(database: Database, days: number): Promise<void> {
  // Written so that no time zone has a part in it: over several nodes nothing else is taken.
  const back = (column: string): string =>
    `${column} = (${column} AT TIME ZONE 'UTC' - interval '${days} days') AT TIME ZONE 'UTC'`;
  await database.execute(`UPDATE retention SET ${back('watched_since')}`);
  for (const table of ['event_counts', 'store_sales'])
    await database.execute(
      `UPDATE ${table} SET ${back('seal_noticed_at')}, ${back('seal_refused_at')} WHERE seal_noticed_at IS NOT NULL`,
    );
}

/** Notices, seals days later, and has rows leave, as a worker would that had begun a week ago. */
export async function keepFor(
  database: Database,
  days: number,
  options: Partial<RetentionOptions> = {},
): Promise<void> {
  await tick(database, days, options);
  await letDaysPass(database, 8);
  await tick(database, days, options);
  await tick(database, days, options);
}
