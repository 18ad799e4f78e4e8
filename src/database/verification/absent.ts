import { z } from 'zod';
import type { Sql } from '../database';

/**
 * A trace is what a message must have left in the database once it has been applied, whatever arrives before or after it: of
 * equal keys the first applied wins, and of definitions, measurements and distributions the latest; all only grow. These
 * are the places of those that are absent, among the traces that were looked for by one statement, however many.
 */
export type AbsentPositions = readonly number[];

/**
 * The statement that finds the positions of traces for which a query finds no row. The limit has each trace looked up by the
 * key: left to itself, the planner reads the whole of a table again for every few thousand traces.
 *
 * @param names the columns of a trace, called `t` in the query, each of the type in the same place
 * @param found the query, from its FROM on
 */
export const absentFrom = (types: readonly string[], names: readonly string[], found: string): string => `
  SELECT t.position
  FROM unnest(${types.map((type, index) => `$${index + 1}::${type}[]`).join(', ')}) WITH ORDINALITY
    AS t(${names.join(', ')}, position)
  LEFT JOIN LATERAL (SELECT true AS is_there ${found} LIMIT 1) AS found ON true
  WHERE found.is_there IS NULL`;

const absentRow = z.object({ position: z.bigint() });

/** Executes such a statement for traces that are given column by column. */
export async function absent(
  sql: Pick<Sql, 'query'>,
  statement: string,
  first: readonly string[],
  ...others: readonly (readonly string[])[]
): Promise<AbsentPositions> {
  if (first.length === 0) return [];
  const rows = await sql.query(absentRow, statement, first, ...others);
  // Ordinality counts from 1.
  return rows.map(({ position }) => Number(position) - 1);
}
