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
  await requireNothingBound(sql, 'participants_0');
  await sql.execute(
    `CREATE TABLE participants (LIKE participants_0 INCLUDING ALL EXCLUDING INDEXES EXCLUDING CONSTRAINTS)
     PARTITION BY LIST (month)`,
  );
  await copySettings(sql, { from: 'participants_0', to: 'participants' });
  await sql.execute('ALTER TABLE participants ATTACH PARTITION participants_0 FOR VALUES IN (0)');
}

const boundRow = z.object({ what: z.string() });

/**
 * What somebody has made for the table would go on with what it was made of, a part of the registrations from then on, without any
 * error: a view would show a part of them, a policy or a trigger see a part, a subscriber get a part, and a key could refer to a part only.
 *
 * @param table that of the registrations, while they lie in one
 */
export async function requireNothingBound(sql: Pick<Sql, 'query'>, table: string): Promise<void> {
  const bound = await sql.query(boundRow, BOUND, table);
  if (bound.length > 0)
    throw new Error(
      `${DIVIDING} has to wait: ${bound.map(({ what }) => what).join(', ')} would go on with a part of them. ` +
        'Take each away, and make it anew once registration_months has rows (docs/retention.md).',
    );
}

/** A publication of all tables gives each part by its own name, unless it is to name the whole. */
const BOUND = `
SELECT DISTINCT 'the view ' || r.ev_class::regclass AS what FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid
WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1::text::regclass
UNION ALL SELECT 'the trigger ' || tgname FROM pg_trigger WHERE tgrelid = $1::text::regclass AND NOT tgisinternal
UNION ALL SELECT 'the foreign key ' || conname FROM pg_constraint WHERE contype = 'f' AND $1::text::regclass IN (confrelid, conrelid)
UNION ALL SELECT 'its row security' FROM pg_class WHERE oid = $1::text::regclass AND relrowsecurity
UNION ALL SELECT 'the publication ' || p.pubname FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid
WHERE r.prrelid = $1::text::regclass
UNION ALL SELECT 'the publication ' || p.pubname FROM pg_publication AS p
WHERE p.puballtables AND to_jsonb(p) ->> 'pubviaroot' IS DISTINCT FROM 'true'
ORDER BY 1`;
