import { z } from 'zod';
import type { Instant } from '../../domain/values';
import type { Database, Sql } from '../database';
import { timestamp } from '../parameters';
import { column } from '../rows';
import { copySettings, copyStorage } from './copy-settings';
import { givingUpSoon } from './give-up-soon';

/** A month, as 202612, and when it begins. */
export interface Month {
  readonly month: number;
  readonly beginsAt: Instant;
}

const tableOf = (month: number): string => `participants_${month}`;

const stateRow = z.object({
  month: z.number(),
  /** From when on events get it; null where they cannot. */
  beginsAt: column.instant.nullable(),
  /** Whether its table is there, and a part of the whole. */
  isAttached: z.boolean(),
});

/** What there is of a month. */
export type MonthState = z.output<typeof stateRow>;

const IS_PART = (table: string): string =>
  `EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = ${table} AND inhparent = to_regclass('participants'))`;

const PARTS = `
SELECT substr(c.relname, ${'participants_'.length + 1})::int AS month, ${IS_PART('c.oid')} AS "isAttached"
FROM pg_class AS c WHERE c.relname ~ '^participants_[0-9]{6}$' AND c.relkind = 'r'
  AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('participants'))`;

/** The months of which there is a table, or that events can get. */
export function readMonths(sql: Pick<Sql, 'query'>): Promise<MonthState[]> {
  return sql.query(
    stateRow,
    `SELECT month, m.begins_at AS "beginsAt", coalesce(t."isAttached", false) AS "isAttached"
     FROM (${PARTS}) AS t FULL JOIN registration_months AS m USING (month) ORDER BY month`,
  );
}

/**
 * Has a month's table be there, and events get the month from its beginning on. What is done already is left. A table is made by itself and
 * attached then: made as a part it would keep everybody from all parts.
 */
export function makeMonth(database: Pick<Database, 'transaction'>, month: Month): Promise<void> {
  return givingUpSoon(database, `Making the table of ${month.month}`, (sql) => make(sql, month));
}

const tableRow = z.object({ isMade: z.boolean(), hasKey: z.boolean(), isAttached: z.boolean() });

async function make(sql: Sql, { month, beginsAt }: Month): Promise<void> {
  const table = tableOf(month);
  const [known] = await sql.query(
    tableRow,
    `SELECT o.oid IS NOT NULL AS "isMade",
       EXISTS (SELECT 1 FROM pg_index WHERE indrelid = o.oid AND indisprimary) AS "hasKey",
       ${IS_PART('o.oid')} AS "isAttached"
     FROM (SELECT to_regclass('${table}') AS oid) AS o`,
  );
  const { isMade, hasKey, isAttached } = known!;
  if (isMade && !isAttached) await requireNoRow(sql, table);
  if (!isMade) await create(sql, month);
  else if (!hasKey) await sql.execute(`ALTER TABLE ${table} ADD PRIMARY KEY (event_id, participant_id)`);
  if (!isAttached)
    await sql.execute(`ALTER TABLE participants ATTACH PARTITION ${table} FOR VALUES IN (${month})`);
  await sql.execute(
    'INSERT INTO registration_months (month, begins_at) VALUES ($1::int, $2::timestamptz) ON CONFLICT DO NOTHING',
    month,
    timestamp(beginsAt),
  );
}

const rowRow = z.object({ hasRow: z.boolean() });

/** Without rows it may be of a dump that was restored in part. With rows it is somebody's copy, which is not to become a part, nor to leave. */
async function requireNoRow(sql: Sql, table: string): Promise<void> {
  const [found] = await sql.query(rowRow, `SELECT EXISTS (SELECT 1 FROM ${table}) AS "hasRow"`);
  if (found!.hasRow)
    throw new Error(
      `The table ${table} is no part of the registrations and has rows, and the registrations of a month are to lie in a table of that ` +
        'name: give it another (ALTER TABLE … RENAME TO …).',
    );
}

/** With the key and all indexes of the first. The check says what its place says, so that attaching it looks at no row. */
async function create(sql: Sql, month: number): Promise<void> {
  const table = tableOf(month);
  await sql.execute(
    `CREATE TABLE ${table} (LIKE participants_0 INCLUDING ALL EXCLUDING CONSTRAINTS, CHECK (month = ${month}))`,
  );
  const copied = { from: 'participants_0', to: table };
  await copySettings(sql, copied);
  await copyStorage(sql, copied);
}

/** When a month can leave. */
export interface Leaving {
  /** No event may have become known in it since. */
  readonly overBefore: Instant;
  /** All of its events have to have been sealed by then. */
  readonly sealedBefore: Instant;
}

/** An event of a month keeps its table. An index holds those that could; it serves where a statement says what its migration says. */
const IS_KEPT = (month: string, sealedBefore: string): string => `
EXISTS (SELECT 1 FROM event_counts AS c WHERE c.month = ${month} AND c.month > 0 AND c.emptied_at IS NULL
  AND (c.sealed_at IS NULL OR c.sealed_at > ${sealedBefore}::timestamptz))`;

const monthRow = z.object({ month: z.number() });

/**
 * Those whose table can leave, and is a part of the registrations: others are somebody's copies. A month is over when a later one has begun:
 * then no event gets it any more.
 */
export async function monthsToLeave(
  sql: Pick<Sql, 'query'>,
  { overBefore, sealedBefore }: Leaving,
): Promise<number[]> {
  const rows = await sql.query(
    monthRow,
    `SELECT month FROM (${PARTS}) AS t
     WHERE t."isAttached" AND EXISTS (SELECT 1 FROM registration_months AS m WHERE m.month > t.month AND m.begins_at <= $1::timestamptz)
       AND NOT ${IS_KEPT('t.month', '$2')} ORDER BY month`,
    timestamp(overBefore),
    timestamp(sealedBefore),
  );
  return rows.map(({ month }) => month);
}

const keptRow = z.object({ isKept: z.boolean() });

class MonthIsKept extends Error {}

/**
 * Empties a month's table at once, which locks that table alone: what it held leaves with it. That all of its events are sealed is looked
 * at behind that lock; ahead of it, that it holds registrations of no others.
 *
 * @returns whether it is empty now
 * @throws naming an event of which it should hold none
 */
export async function emptyMonth(
  database: Pick<Database, 'readAtLength' | 'transaction'>,
  month: number,
  { sealedBefore }: Pick<Leaving, 'sealedBefore'>,
): Promise<boolean> {
  await database.readAtLength((sql) => requireOnlySealed(sql, month, sealedBefore));
  try {
    await givingUpSoon(database, `Emptying the table of ${month}`, async (sql) => {
      await sql.execute(`TRUNCATE ${tableOf(month)}`);
      const [row] = await sql.query(
        keptRow,
        `SELECT NOT ${IS_PART(`'${tableOf(month)}'::regclass`)} OR ${IS_KEPT('$1::int', '$2')} AS "isKept"`,
        month,
        timestamp(sealedBefore),
      );
      if (row!.isKept) throw new MonthIsKept();
    });
    return true;
  } catch (error) {
    if (error instanceof MonthIsKept) return false;
    throw error;
  }
}

const strayRow = z.object({ eventId: z.string() });

/**
 * Where tables were restored one by one, rows may lie in a month that their event does not know of. From event to event by the key of the
 * table: no more of its rows are read than it has events.
 */
async function requireOnlySealed(
  sql: Pick<Sql, 'query'>,
  month: number,
  sealedBefore: Instant,
): Promise<void> {
  const table = tableOf(month);
  const [stray] = await sql.query(
    strayRow,
    `WITH RECURSIVE held(event_id) AS (
       (SELECT event_id FROM ${table} ORDER BY event_id LIMIT 1)
       UNION ALL
       SELECT (SELECT p.event_id FROM ${table} AS p WHERE p.event_id > held.event_id ORDER BY p.event_id LIMIT 1)
       FROM held WHERE held.event_id IS NOT NULL
     )
     SELECT held.event_id::text AS "eventId" FROM held LEFT JOIN event_counts AS c ON c.event_id = held.event_id
     WHERE held.event_id IS NOT NULL AND (c.month = $1::int AND c.sealed_at <= $2::timestamptz) IS NOT TRUE LIMIT 1`,
    month,
    timestamp(sealedBefore),
  );
  if (stray !== undefined)
    throw new Error(
      `${table} keeps its rows: it holds registrations of event ${stray.eventId}, which is not sealed or of another month ` +
        '(event_counts.month). Were tables restored one by one?',
    );
}

/** Notes of sealed events of a month, whose table is empty, that their rows have left. @returns of how many, `limit` at most */
export function markMonthEmptied(
  sql: Pick<Sql, 'execute'>,
  month: number,
  emptiedAt: Instant,
  limit: number,
): Promise<number> {
  return sql.execute(
    `UPDATE event_counts SET emptied_at = $2::timestamptz WHERE event_id IN (
       SELECT event_id FROM event_counts WHERE month = $1::int AND month > 0 AND emptied_at IS NULL AND sealed_at IS NOT NULL
       ORDER BY event_id LIMIT $3::int FOR UPDATE)`,
    month,
    timestamp(emptiedAt),
    limit,
  );
}

/** Drops the empty table of a month that is over and has no event any more of which rows could be there. */
export function dropMonth(database: Pick<Database, 'transaction'>, month: number): Promise<void> {
  return givingUpSoon(database, `Dropping the table of ${month}`, async (sql) => {
    // The whole ahead of its part, as everybody takes them.
    await sql.execute('LOCK TABLE ONLY participants IN ACCESS EXCLUSIVE MODE');
    const [row] = await sql.query(
      keptRow,
      `SELECT EXISTS (SELECT 1 FROM ${tableOf(month)}) OR NOT ${IS_PART(`'${tableOf(month)}'::regclass`)}
         OR EXISTS (SELECT 1 FROM event_counts WHERE month = $1::int AND month > 0 AND emptied_at IS NULL) AS "isKept"`,
      month,
    );
    if (row!.isKept) return;
    await sql.execute(`DROP TABLE ${tableOf(month)}`);
    await sql.execute('DELETE FROM registration_months WHERE month = $1::int', month);
  });
}

/**
 * The condition of sealed events of event_counts whose rows leave in pieces: those of month 0, those whose month has no table, and those
 * that have waited for their month's for too long, since another event keeps it.
 *
 * @param waitedSince the parameter of a statement, as $2: an instant. Those that were sealed before it wait no longer
 */
export const leavesInPieces = ({ isDistributed }: Pick<Sql, 'isDistributed'>, waitedSince: string): string =>
  isDistributed
    ? `(month = 0 OR sealed_at < ${waitedSince}::timestamptz)`
    : `(month = 0 OR sealed_at < ${waitedSince}::timestamptz
        OR NOT EXISTS (SELECT 1 FROM registration_months AS m WHERE m.month = event_counts.month))`;

/** How long a sealed event waits for its month. */
export const WAITS_FOR_MONTH_DAYS = 31;
