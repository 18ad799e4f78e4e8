import type { BusinessCalendar } from '../../domain/calendar';
import type { Database, Sql } from '../../database/database';
import type { Check } from '../../database/verification/check';
import { countSealed, type SealedCounts } from '../../database/sealed-counts';
import { sealedChecks } from '../../database/verification/sealed';
import { createProjections, type Projections } from '../projections/registry';
import { compare, type Comparison, type Drift } from './compare';
import { compareSettled } from './settled-events';
import type { Slice } from '../../database/verification/compare-rollup';

export interface VerifyOptions {
  /** How many drifts are named; the others are counted. */
  readonly limit: number;
  /** Defines the days whose sales are compared. */
  readonly calendar: BusinessCalendar;
  /** Called before each rollup is compared. */
  readonly onProgress?: (message: string) => void;
}

export interface Verification {
  /** The first few, rollup by rollup. */
  readonly drifts: readonly Drift[];
  /** How many there are altogether; 0 when every rollup is what its raw rows add up to. */
  readonly count: number;
  /** What can no longer be added up anew, since its rows leave. */
  readonly sealed: SealedCounts;
}

/**
 * Recomputes every rollup from the rows that were kept (participants, sales, daily views) and names what differs. All
 * of it is read from one snapshot, so that on a live database nothing applied in between is taken for drift, and
 * no writer has to wait. What is sealed is held against what it was when it was sealed.
 *
 * @throws when the database does not answer
 */
export function verifyRollups(
  database: Pick<Database, 'readAtLength'>,
  { limit, calendar, onProgress }: VerifyOptions,
): Promise<Verification> {
  return database.readAtLength(async (sql) => {
    let found: Comparison = { drifts: [], count: 0 };
    for (const check of rollupChecks(createProjections(calendar, undefined))) {
      onProgress?.(`${check.rollup}: ${check.figures.join(', ')}`);
      found = plus(found, await compareAll(sql, check, limit - found.drifts.length));
    }
    onProgress?.('store_events: what settled events came to');
    found = plus(found, await compareSettled(sql, calendar, limit - found.drifts.length));
    onProgress?.('what is sealed');
    for (const check of sealedChecks)
      found = plus(found, await compareAll(sql, check, limit - found.drifts.length));
    return { ...found, sealed: await countSealed(sql) };
  });
}

/** The checks of all topics, rollup by rollup: several topics may keep one. */
export function rollupChecks(projections: Projections): readonly Check[] {
  const checks = Object.values(projections).flatMap(({ rollups }) => rollups);
  const names = new Set(checks.map(({ rollup }) => rollup));
  return [...names].flatMap((name) => checks.filter(({ rollup }) => rollup === name));
}

async function compareAll(sql: Pick<Sql, 'query'>, check: Check, limit: number): Promise<Comparison> {
  let found: Comparison = { drifts: [], count: 0 };
  for (const slice of SLICES) {
    found = plus(found, await compare(sql, check, slice, limit - found.drifts.length));
  }
  return found;
}

function plus(found: Comparison, more: Comparison): Comparison {
  return { drifts: [...found.drifts, ...more.drifts], count: found.count + more.count };
}

const HEX_DIGITS = Array.from({ length: 16 }, (_, digit) => digit.toString(16));

/**
 * All ids there can be, cut by their first digit. A slice at a time is read by the primary key, and keeps each
 * statement well within the time that a connection gives it, however many participants there are altogether.
 */
export const SLICES: readonly Slice[] = HEX_DIGITS.map((digit) => ({
  first: `${digit}0000000-0000-0000-0000-000000000000`,
  last: `${digit}fffffff-ffff-ffff-ffff-ffffffffffff`,
}));
