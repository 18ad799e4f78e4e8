import { z } from 'zod';
import type { Database, Sql } from '../database';
import { copySettings } from './copy-settings';
import { givingUpSoon } from './give-up-soon';

const shapeRow = z.object({ isDivided: z.boolean() });

/** Whether registrations lie in tables of months. */
export async function isDivided(sql: Pick<Sql, 'query'>): Promise<boolean> {
  const [row] = await sql.query(
    shapeRow,
    `SELECT relkind = 'p' AS "isDivided" FROM pg_class WHERE oid = to_regclass('participants')`,
  );
  return row?.isDivided === true;
}

/**
 * Makes the table of registrations one of many parts: what is there becomes the part of month 0, as it is. What is done already is left.
 *
 * An event lies in one month for good (event_counts.month), so that the key of each part is enough for a registration to be known again:
 * the whole has none.
 */
export async function divideByMonths(database: Database): Promise<void> {
  if (await isDivided(database)) return;
  await haveMonthChecked(database);
  await givingUpSoon(database, DIVIDING, divide);
}

const DIVIDING = 'Dividing the registrations by months';

const checkRow = z.object({ isValid: z.boolean() });

/** That all rows have month 0 is looked at beside those who write, however long that takes: nothing is looked at within the swap. */
async function haveMonthChecked(database: Database): Promise<void> {
  const [check] = await database.query(
    checkRow,
    `SELECT convalidated AS "isValid" FROM pg_constraint
     WHERE conrelid = to_regclass('participants') AND conname = 'participants_month_0'`,
  );
  if (check === undefined)
    await givingUpSoon(database, DIVIDING, (sql) =>
      sql.execute('ALTER TABLE participants ADD CONSTRAINT participants_month_0 CHECK (month = 0) NOT VALID'),
    );
  if (check?.isValid !== true)
    await givingUpSoon({ transaction: (work) => database.changeAtLength(work) }, DIVIDING, (sql) =>
      sql.execute('ALTER TABLE participants VALIDATE CONSTRAINT participants_month_0'),
    );
}

/** Who waits for the table finds the new one under its name, and a statement that was prepared is prepared anew. */
async function divide(sql: Sql): Promise<void> {
  await sql.execute('ALTER TABLE participants RENAME TO participants_0');
  await requireNoView(sql);
  await sql.execute(
    `CREATE TABLE participants (LIKE participants_0 INCLUDING ALL EXCLUDING INDEXES EXCLUDING CONSTRAINTS)
     PARTITION BY LIST (month)`,
  );
  await copySettings(sql, { from: 'participants_0', to: 'participants' });
  await sql.execute('ALTER TABLE participants ATTACH PARTITION participants_0 FOR VALUES IN (0)');
}

const viewRow = z.object({ name: z.string() });

/** Somebody's view would go on with what it was made of, which is a part of the registrations from now on, and tell nobody. */
async function requireNoView(sql: Sql): Promise<void> {
  const views = await sql.query(
    viewRow,
    `SELECT DISTINCT r.ev_class::regclass::text AS name FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid
     WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
       AND d.refobjid = 'participants_0'::regclass ORDER BY 1`,
  );
  if (views.length > 0)
    throw new Error(
      `${DIVIDING} has to wait: ${views.map(({ name }) => name).join(', ')} would read a part of them from then on. Drop each such view, and make it anew once registration_months has rows.`,
    );
}
