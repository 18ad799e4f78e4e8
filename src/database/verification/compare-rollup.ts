import { z } from 'zod';
import type { Sql } from '../database';
import { type Check, IN_SLICE, IS_THE_ONE } from './check';

/** Ids from one through another, both included. */
export interface Slice {
  readonly first: string;
  readonly last: string;
}

const driftRow = z.object({
  place: z.string(),
  figure: z.string(),
  stored: z.string(),
  recomputed: z.string(),
  /** How many rows there are altogether. */
  total: z.bigint(),
});

/** One figure of a row that is not what its raw rows add up to. */
export type DriftRow = z.output<typeof driftRow>;

/**
 * Compares a rollup with its raw rows, in one statement, and returns only where they differ.
 *
 * @param limit how many rows are returned, in the order of their keys; at least 1
 */
export function compareRollup(
  sql: Pick<Sql, 'query'>,
  check: Check,
  { first, last }: Slice,
  limit: number,
): Promise<DriftRow[]> {
  const statement = statementOf(check);
  const asked = first === last ? statement.replaceAll(IN_SLICE, IS_THE_ONE) : statement;
  return sql.query(driftRow, asked, first, last, check.absent, limit);
}

function statementOf({ keys, place, figures, stored, recomputed }: Check): string {
  const pairs = figures.map((figure) => `('${figure}', s.${figure}::text, r.${figure}::text)`);
  return `
WITH stored AS (${stored}), recomputed AS (${recomputed})
SELECT ${place} AS place, pair.figure, coalesce(pair.stored, $3::text) AS stored,
       coalesce(pair.recomputed, $3::text) AS recomputed, count(*) OVER () AS total
FROM stored AS s FULL JOIN recomputed AS r USING (${keys.join(', ')})
CROSS JOIN LATERAL (VALUES ${pairs.join(', ')}) AS pair(figure, stored, recomputed)
WHERE coalesce(pair.stored, $3::text) <> coalesce(pair.recomputed, $3::text)
ORDER BY ${keys.join(', ')}, pair.figure
LIMIT $4::int`;
}
