import { z } from 'zod';
import type { Database, Sql } from '../database';
import { givingUpSoon } from './give-up-soon';

/**
 * The release before this one (0.6.0) knows nothing of what is sealed: it would count a registration once more whose row has left. It names
 * neither of two columns, so that its statements ask for their defaults, which refuse it. It tries again whatever has this code: it is
 * none of bad data (22, 23), of which it makes dead letters, and none by which a database is away.
 */
const MAKE_FUNCTION = `
CREATE FUNCTION last_release_is_over() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = 'Rows leave this database by RETENTION_DAYS, and a release that does not know of it would count twice what comes again: run the release that had them leave, or a later one (docs/retention.md).';
END $$`;

/** The columns, and what is there in place of a default. */
const DEFAULTS = [
  { table: 'participants', name: 'month', value: 'last_release_is_over()' },
  { table: 'store_sales', name: 'sealed_before', value: `DATE 'epoch' + last_release_is_over()` },
] as const;

const openRow = z.object({ table: z.string() });

/** The tables that the release before can write to. */
async function openTables(sql: Pick<Sql, 'query'>): Promise<ReadonlySet<string>> {
  const columns = DEFAULTS.map(({ table, name }) => `('${table}', '${name}')`).join(', ');
  const rows = await sql.query(
    openRow,
    `SELECT t."table" FROM (VALUES ${columns}) AS t("table", name)
     JOIN pg_attribute AS a ON a.attrelid = to_regclass(t."table") AND a.attname = t.name
     LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE coalesce(pg_get_expr(d.adbin, d.adrelid), '') NOT LIKE '%last_release_is_over()%'`,
  );
  return new Set(rows.map(({ table }) => table));
}

const madeRow = z.object({ isMade: z.boolean() });

async function hasFunction(sql: Pick<Sql, 'query'>): Promise<boolean> {
  const [row] = await sql.query(
    madeRow,
    `SELECT to_regprocedure('last_release_is_over()') IS NOT NULL AS "isMade"`,
  );
  return row!.isMade;
}

/** Keeps the release before out, for good. What is done already is left. @returns whether it could write until now */
export async function keepLastReleaseOut(
  database: Pick<Database, 'query' | 'transaction'>,
): Promise<boolean> {
  const open = await openTables(database);
  if (open.size === 0) return false;
  // By itself: Citus has to have it on its nodes ahead of the tables that use it.
  if (!(await hasFunction(database))) await database.transaction((sql) => sql.execute(MAKE_FUNCTION));
  for (const { table, name, value } of DEFAULTS)
    if (open.has(table))
      await givingUpSoon(database, 'Keeping the release before out', (sql) =>
        sql.execute(`ALTER TABLE ${table} ALTER COLUMN ${name} SET DEFAULT ${value}`),
      );
  return true;
}
