import { z } from 'zod';
import type { Sql } from '../../database/database';
import type { Check } from './checks';

/** One figure of a rollup that is not what its raw rows add up to. */
export interface Drift {
  readonly rollup: string;
  /** The row, as a person would name it. */
  readonly place: string;
  /** Which figure of the row; undefined where a row has only one. */
  readonly figure: string | undefined;
  readonly stored: string;
  readonly recomputed: string;
}

/** Ids from one through another, both included. */
export interface Slice {
  readonly first: string;
  readonly last: string;
}

export interface Comparison {
  /** The first few in the order of their keys. */
  readonly drifts: readonly Drift[];
  /** How many there are altogether. */
  readonly count: number;
}

const driftRow = z.object({
  place: z.string(),
  figure: z.string(),
  stored: z.string(),
  recomputed: z.string(),
  total: z.bigint(),
});

/** Compares a rollup with its raw rows, in one statement, and returns only where they differ. */
export async function compare(
  sql: Pick<Sql, 'query'>,
  check: Check,
  { first, last }: Slice,
  limit: number,
): Promise<Comparison> {
  const rows = await sql.query(driftRow, statementOf(check), first, last, check.absent, Math.max(limit, 1));
  const drifts = rows.slice(0, limit).map(({ place, figure, stored, recomputed }) => ({
    rollup: check.rollup,
    place,
    figure: check.figures.length > 1 ? figure : undefined,
    stored,
    recomputed,
  }));
  return { drifts, count: Number(rows[0]?.total ?? 0) };
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

/** The drift in one line, for the person who has to repair it. */
export function describeDrift({ rollup, place, figure, stored, recomputed }: Drift): string {
  const name = figure === undefined ? place : `${place} ${figure}`;
  return `${rollup} ${name}: stored ${stored}, recomputed ${recomputed}`;
}
