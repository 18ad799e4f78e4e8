import { z } from 'zod';
import type { Sql } from './database';
import { countRefusedStores } from './sealed-days';
import { countRefusedEvents } from './sealed-events';

/*
 * How far the service is with what is to leave, as metrics tell it: asked every few seconds, so by indexes alone that hold no more than what
 * is counted, where it does not say otherwise.
 */

type Reading = Pick<Sql, 'query'>;

/** Sealed events of which rows may be there. */
export interface LeavingCounts {
  readonly leaving: number;
  /** How many registrations these have counted: so many rows are there at most. */
  readonly registrations: number;
}

export interface SealedCounts extends LeavingCounts {
  /** All sealed events. */
  readonly sealed: number;
}

export interface RetentionCounts extends LeavingCounts {
  /** RETENTION_DAYS, as the workers have it; 0 where none has looked for an hour. */
  readonly days: number;
  /** Events that are to be sealed if they stay as they are; 0 as well. */
  readonly noticedEvents: number;
  /** Events, and stores, of which the counts are not what their rows add up to; 0 as well. */
  readonly refused: number;
  /** Stores with sealed days of which rows may be there. */
  readonly leavingStores: number;
}

const count = z.bigint().transform(Number);

/** The index has all of them: with the years that takes longer. */
export async function countSealedEvents(sql: Reading): Promise<number> {
  const statement = 'SELECT count(*) AS sealed FROM event_counts WHERE sealed_at IS NOT NULL';
  const [row] = await sql.query(z.object({ sealed: count }), statement);
  return row!.sealed;
}

const LEAVING = `SELECT count(*) AS leaving, coalesce(sum(participants), 0)::bigint AS registrations
  FROM event_counts WHERE sealed_at IS NOT NULL AND emptied_at IS NULL`;

async function countLeavingEvents(sql: Reading): Promise<LeavingCounts> {
  const [row] = await sql.query(z.object({ leaving: count, registrations: count }), LEAVING);
  return row!;
}

/** What verification cannot add up any more. */
export async function countSealed(sql: Reading): Promise<SealedCounts> {
  return { sealed: await countSealedEvents(sql), ...(await countLeavingEvents(sql)) };
}

const NOTICED =
  'SELECT count(*) AS noticed FROM event_counts WHERE seal_noticed_at IS NOT NULL AND sealed_at IS NULL';
const LEAVING_STORES = `SELECT count(*) AS stores FROM store_sales WHERE sealed_before > coalesce(left_before, '-infinity')`;
const LOOKED = `SELECT days FROM retention WHERE watched_at > now() - interval '1 hour'`;

export async function countRetention(sql: Reading): Promise<RetentionCounts> {
  const [leaving] = await sql.query(z.object({ stores: count }), LEAVING_STORES);
  return {
    ...(await countWaiting(sql)),
    leavingStores: leaving!.stores,
    ...(await countLeavingEvents(sql)),
  };
}

/** What was noticed waits for workers that look: without any, nothing of it is going to be sealed. */
async function countWaiting(
  sql: Reading,
): Promise<Pick<RetentionCounts, 'days' | 'noticedEvents' | 'refused'>> {
  const [looked] = await sql.query(z.object({ days: z.number() }), LOOKED);
  if (looked === undefined) return { days: 0, noticedEvents: 0, refused: 0 };
  const [noticed] = await sql.query(z.object({ noticed: count }), NOTICED);
  const refused = (await countRefusedEvents(sql)) + (await countRefusedStores(sql));
  return { days: looked.days, noticedEvents: noticed!.noticed, refused };
}

const ageRow = z.object({ seconds: z.number().nullable() });
const AGE = 'extract(epoch FROM now() - min(seal_noticed_at))::float8 AS seconds';
const OLDEST_EVENT = `SELECT ${AGE} FROM event_counts
  WHERE seal_noticed_at IS NOT NULL AND sealed_at IS NULL AND seal_refused_at IS NULL`;
const OLDEST_STORE = `SELECT ${AGE} FROM store_sales WHERE seal_refused_at IS NULL`;

/**
 * How long ago the oldest of what waits to be sealed was noticed, in seconds; 0 where nothing waits, or no worker has looked for an hour.
 * What is refused is counted there. No index has the stores in that order, so all their rows are read.
 */
export async function oldestNoticeSeconds(sql: Reading): Promise<number> {
  const looked = await sql.query(z.object({ days: z.number() }), LOOKED);
  if (looked.length === 0) return 0;
  const [event] = await sql.query(ageRow, OLDEST_EVENT);
  const [store] = await sql.query(ageRow, OLDEST_STORE);
  return Math.max(0, event?.seconds ?? 0, store?.seconds ?? 0);
}
