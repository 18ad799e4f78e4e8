import { z } from 'zod';
import type { Sql } from '../database';

/** Tables of the service, by names of its own. */
export interface Copied {
  readonly from: string;
  readonly to: string;
}

const statementRow = z.object({ statement: z.string() });

/**
 * Gives a new table the owner of another, its rights and no others, whatever new tables are open to by default, and what the planner is to
 * know of it: LIKE copies none of these.
 */
export async function copySettings(sql: Sql, { from, to }: Copied): Promise<void> {
  for (const statements of [OWNER, RIGHTS_OF_NEW, RIGHTS, STATISTICS])
    for (const { statement } of await sql.query(statementRow, statements(from, to)))
      await sql.execute(statement);
}

/** How a table is tidied up, where somebody has set that: of one that has parts each part says so. */
export async function copyStorage(sql: Sql, { from, to }: Copied): Promise<void> {
  for (const { statement } of await sql.query(statementRow, STORAGE(from, to))) await sql.execute(statement);
}

const OWNER = (from: string, to: string): string => `
SELECT format('ALTER TABLE ${to} OWNER TO %I', pg_get_userbyid(relowner)) AS statement
FROM pg_class WHERE oid = '${from}'::regclass AND relowner <> (SELECT relowner FROM pg_class WHERE oid = '${to}'::regclass)`;

const WHO = `CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END`;

const RIGHTS_OF_NEW = (_: string, to: string): string => `
SELECT DISTINCT format('REVOKE ALL ON ${to} FROM %s', ${WHO}) AS statement
FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE c.oid = '${to}'::regclass AND a.grantee <> c.relowner`;

const GRANTABLE = `CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;

const RIGHTS = (from: string, to: string): string => `
SELECT format('GRANT %s ON ${to} TO %s%s', a.privilege_type, ${WHO}, ${GRANTABLE}) AS statement
FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE c.oid = '${from}'::regclass AND a.grantee <> c.relowner
UNION ALL
SELECT format('GRANT %s (%I) ON ${to} TO %s%s', a.privilege_type, t.attname, ${WHO}, ${GRANTABLE})
FROM pg_attribute AS t, aclexplode(t.attacl) AS a WHERE t.attrelid = '${from}'::regclass AND NOT t.attisdropped`;

const STATISTICS = (from: string, to: string): string => `
SELECT format('ALTER TABLE ${to} ALTER COLUMN %I SET STATISTICS %s', attname, attstattarget) AS statement
FROM pg_attribute WHERE attrelid = '${from}'::regclass AND attnum > 0 AND NOT attisdropped AND attstattarget >= 0`;

const STORAGE = (from: string, to: string): string => `
SELECT format('ALTER TABLE ${to} SET (%s)', array_to_string(reloptions, ', ')) AS statement
FROM pg_class WHERE oid = '${from}'::regclass AND cardinality(reloptions) > 0`;
