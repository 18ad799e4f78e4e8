import { z } from 'zod';
import type { Instant } from '../domain/values';
import type { Database, Sql } from './database';
import { timestamp } from './parameters';

/*
 * The table of registrations in parts, one for each month in which events become known: what a month's events have counted leaves at once
 * when all of them are sealed. An event lies in one month for good (event_counts.month), so the key of each part is enough for a
 * registration to be known again, and the whole needs none.
 */

/**
 * A release before this one names neither column, so its statements ask for their defaults. It tries again whatever has this code, which is
 * neither one of bad data (22, 23), of which it makes dead letters, nor one by which a database is away.
 */
const LAST_RELEASE_IS_OVER = `
CREATE OR REPLACE FUNCTION last_release_is_over() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Rows have left this database (RETENTION_DAYS): 0.6.0 would count again what comes once more.'
    USING ERRCODE = '55000', HINT = 'Run the version that had them leave, or a later one (docs/retention.md).';
END $$`;

/** Nobody waits for long behind one who waits for a lock: it is given up, and tried again at the next look. */
const GIVE_UP_SOON = `SET LOCAL lock_timeout = '300ms'`;

const shapeRow = z.object({ isWhole: z.boolean(), isChecked: z.boolean() });

const SHAPE = `
SELECT relkind = 'r' AS "isWhole",
  EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = c.oid AND conname = 'participants_month_0' AND convalidated) AS "isChecked"
FROM pg_class AS c WHERE c.oid = 'participants'::regclass`;

/**
 * Keeps the release before out, and has the registrations of events that become known from now on lie by months. May be done again and
 * again: what is done already is left.
 */
export async function beginMonths(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.execute(GIVE_UP_SOON);
    await sql.execute(LAST_RELEASE_IS_OVER);
    await sql.execute(
      `ALTER TABLE store_sales ALTER COLUMN sealed_before SET DEFAULT DATE 'epoch' + last_release_is_over()`,
    );
    await sql.execute('ALTER TABLE participants ALTER COLUMN month SET DEFAULT last_release_is_over()');
  });
  if (database.isDistributed) return;
  const [shape] = await database.query(shapeRow, SHAPE);
  if (!shape!.isWhole) return;
  if (!shape!.isChecked) await checkMonth(database);
  await database.transaction(divide);
}

/** That all rows have month 0 is looked at beside those who write, so that nothing is looked at within the swap. */
async function checkMonth(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.execute(GIVE_UP_SOON);
    await sql.execute('ALTER TABLE participants DROP CONSTRAINT IF EXISTS participants_month_0');
    await sql.execute(
      'ALTER TABLE participants ADD CONSTRAINT participants_month_0 CHECK (month = 0) NOT VALID',
    );
  });
  await database.transaction(async (sql) => {
    await sql.execute(`SET LOCAL statement_timeout = 0`);
    await sql.execute('ALTER TABLE participants VALIDATE CONSTRAINT participants_month_0');
  });
}

async function divide(sql: Sql): Promise<void> {
  for (const statement of [
    GIVE_UP_SOON,
    'ALTER TABLE participants RENAME TO participants_0',
    'CREATE TABLE participants (LIKE participants_0 INCLUDING DEFAULTS) PARTITION BY LIST (month)',
    'ALTER TABLE participants ATTACH PARTITION participants_0 FOR VALUES IN (0)',
  ])
    await sql.execute(statement);
}

/** A month, as 202612, and when it begins. */
export interface Month {
  readonly month: number;
  readonly beginsAt: Instant;
}

const attachedRow = z.object({ isMade: z.boolean(), isAttached: z.boolean() });

/** Has a month's part be there, of a table that is divided. Events get it from its beginning on. */
export async function makeMonth(sql: Sql, { month, beginsAt }: Month): Promise<void> {
  const part = `participants_${month}`;
  await sql.execute(GIVE_UP_SOON);
  const [known] = await sql.query(
    attachedRow,
    `SELECT to_regclass($1) IS NOT NULL AS "isMade",
       EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass($1) AND inhparent = 'participants'::regclass) AS "isAttached"`,
    part,
  );
  if (!known!.isMade)
    await sql.execute(
      `CREATE TABLE ${part} (LIKE participants INCLUDING DEFAULTS, PRIMARY KEY (event_id, participant_id), CHECK (month = ${month}))`,
    );
  if (!known!.isAttached)
    await sql.execute(`ALTER TABLE participants ATTACH PARTITION ${part} FOR VALUES IN (${month})`);
  await sql.execute(
    'INSERT INTO registration_months (month, begins_at) VALUES ($1::int, $2::timestamptz) ON CONFLICT DO NOTHING',
    month,
    timestamp(beginsAt),
  );
}
