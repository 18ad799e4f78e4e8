import { z } from 'zod';
import type { Database } from '../../src/database/database';
import type { Instant } from '../../src/domain/values';

/** Far enough that all messages lie behind it. */
export const MARCH = Date.UTC(2099, 2, 10) as Instant;
export const APRIL = Date.UTC(2099, 3, 10) as Instant;
export const MAY = Date.UTC(2099, 4, 10) as Instant;

const placeRow = z.object({ table: z.string(), rows: z.bigint() });

/** In which tables the registrations of an event lie, and how many in each. */
export async function placesOf(
  { query }: Pick<Database, 'query'>,
  eventId: string,
): Promise<Readonly<Record<string, number>>> {
  const rows = await query(
    placeRow,
    `SELECT tableoid::regclass::text AS "table", count(*) AS rows FROM participants WHERE event_id = $1::uuid GROUP BY 1`,
    eventId,
  );
  return Object.fromEntries(rows.map(({ table, rows: count }) => [table, Number(count)]));
}

const partRow = z.object({ part: z.string() });

/** The tables that registrations lie in by months, with what each is for. */
export async function partsIn({ query }: Pick<Database, 'query'>): Promise<string[]> {
  const rows = await query(
    partRow,
    `SELECT i.inhrelid::regclass::text || ' ' || pg_get_expr(c.relpartbound, c.oid) AS part
     FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass('participants') AND c.relkind = 'r' ORDER BY 1`,
  );
  return rows.map(({ part }) => part);
}

const begunRow = z.object({ begun: z.string() });

/** Which months events get, and from when on. */
export async function monthsIn({ query }: Pick<Database, 'query'>): Promise<string[]> {
  const rows = await query(
    begunRow,
    `SELECT month || ' ' || to_char(begins_at, 'YYYY-MM-DD') AS begun FROM registration_months ORDER BY month`,
  );
  return rows.map(({ begun }) => begun);
}
