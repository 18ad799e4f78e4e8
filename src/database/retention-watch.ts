import { z } from 'zod';
import type { Instant } from '../domain/values';
import type { Database, Sql } from './database';
import { timestamp } from './parameters';
import { column } from './rows';

/** What a worker says of itself when it looks for what is to leave. */
export interface Look {
  /** This run of this process. */
  readonly worker: string;
  /** RETENTION_DAYS, as this worker has it. */
  readonly days: number;
  readonly now: Instant;
  /** A claim that its worker does not renew, by looking again, ends so long after it. */
  readonly claimedForMs: number;
  /** Where nobody has looked for longer, the watch begins anew. */
  readonly pauseMs: number;
}

/** How long workers have looked without a pause, by the same number of days. */
export interface Watch {
  readonly since: Instant;
  /** Why it began with this look; undefined where it goes on. */
  readonly begun: 'first' | 'other days' | 'pause' | undefined;
  /** Whether this worker is the one that is at it. */
  readonly isClaimed: boolean;
  /** Whether it was already; not where the claim ended in between, or the database went back behind it. */
  readonly wasClaimed: boolean;
}

const watchRow = z.object({
  days: z.number(),
  since: column.instant,
  watchedAt: column.instant,
  claimedBy: z.string().nullable(),
  claimedUntil: column.instant.nullable(),
});

type StoredWatch = z.output<typeof watchRow>;

/**
 * Notes that a worker looked, and has it claim the work unless another has. The watch is stored, so that a database that went back tells
 * of it: its last look lies long ago.
 */
export function watchRetention(database: Pick<Database, 'transaction'>, look: Look): Promise<Watch> {
  const { worker, days, now, claimedForMs } = look;
  return database.transaction(async (sql) => {
    const inserted = await sql.execute(
      `INSERT INTO retention (id, days, watched_since, watched_at) VALUES (1, $1::int, $2::timestamptz, $2::timestamptz)
       ON CONFLICT DO NOTHING`,
      days,
      timestamp(now),
    );
    const [row] = await sql.query(
      watchRow,
      `SELECT days, watched_since AS since, watched_at AS "watchedAt", claimed_by AS "claimedBy", claimed_until AS "claimedUntil"
       FROM retention FOR UPDATE`,
    );
    const known = row!;
    const begun = inserted === 1 ? 'first' : beginningOf(known, look);
    const since = begun === undefined ? known.since : now;
    await sql.execute(
      'UPDATE retention SET days = $1::int, watched_since = $2::timestamptz, watched_at = $3::timestamptz',
      days,
      timestamp(since),
      timestamp(now),
    );
    // A claim by a clock that was hours ahead would last for as long.
    const isHeld =
      begun !== 'pause' &&
      known.claimedBy !== null &&
      known.claimedBy !== worker &&
      known.claimedUntil! > now;
    if (!isHeld)
      await sql.execute(
        'UPDATE retention SET claimed_by = $1::text, claimed_until = $2::timestamptz',
        worker,
        timestamp((now + claimedForMs) as Instant),
      );
    return { since, begun, isClaimed: !isHeld, wasClaimed: known.claimedBy === worker };
  });
}

function beginningOf({ days, watchedAt }: StoredWatch, look: Look): Watch['begun'] {
  if (days !== look.days) return 'other days';
  return Math.abs(look.now - watchedAt) > look.pauseMs ? 'pause' : undefined;
}

/** Another worker may begin. */
export async function endClaim(sql: Pick<Sql, 'execute'>, worker: string): Promise<void> {
  await sql.execute(
    'UPDATE retention SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = $1::text',
    worker,
  );
}
