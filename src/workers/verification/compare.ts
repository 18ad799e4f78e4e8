import type { Sql } from '../../database/database';
import { compareRollup, type Slice } from '../../database/verification/compare-rollup';
import type { Check } from '../../database/verification/check';

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

export interface Comparison {
  /** The first few in the order of their keys. */
  readonly drifts: readonly Drift[];
  /** How many there are altogether. */
  readonly count: number;
}

/** Compares a slice of a rollup with its raw rows. */
export async function compare(
  sql: Pick<Sql, 'query'>,
  check: Check,
  slice: Slice,
  limit: number,
): Promise<Comparison> {
  // At least one row: it says how many there are.
  const rows = await compareRollup(sql, check, slice, Math.max(limit, 1));
  const drifts = rows.slice(0, limit).map(({ place, figure, stored, recomputed }) => ({
    rollup: check.rollup,
    place,
    figure: check.figures.length > 1 ? figure : undefined,
    stored,
    recomputed,
  }));
  return { drifts, count: Number(rows[0]?.total ?? 0) };
}

/** The drift in one line, for the person who has to repair it. */
export function describeDrift({ rollup, place, figure, stored, recomputed }: Drift): string {
  const name = figure === undefined ? place : `${place} ${figure}`;
  return `${rollup} ${name}: stored ${stored}, recomputed ${recomputed}`;
}
