/**
 * The statements of `npm run verify`, a file for each topic: what its rollups must be, from the rows that were kept (a
 * `Check`, compared by compare-rollup.ts), and what each of its messages must have left (absent.ts). They share no SQL with
 * the statements that write: an error in a shared fragment would be compared with itself and never be found. The linter
 * holds that no statement is imported here. One comparison recomputes by what writes, that of settled events
 * (workers/verification/settled-events.ts): it finds what was not settled anew.
 */

/**
 * One rollup beside what the raw rows add up to. Both queries name their columns alike: the keys, then the figures.
 * `$1` and `$2` are the first and the last id of the slice to be looked at.
 */
export interface Check {
  readonly rollup: string;
  readonly keys: readonly string[];
  /** How a row is named in a report; an expression over the keys. */
  readonly place: string;
  readonly figures: readonly string[];
  /** What a row that is not there stands for: a count of nothing is 0. */
  readonly absent: '0' | 'nothing';
  readonly stored: string;
  readonly recomputed: string;
}

/** Behind an id: that it is of the slice. */
export const IN_SLICE = 'BETWEEN $1::uuid AND $2::uuid';

/** The same of a slice of one id: by equality alone it is known which shard to ask, and no other is. */
export const IS_THE_ONE = '= $1::uuid AND $2::uuid IS NOT NULL';

/** The rows of the slice, in a table of events. */
export const OF_EVENTS = `WHERE event_id ${IN_SLICE}`;

/** The rows of the slice, in a table of stores. */
export const OF_STORES = `WHERE store_id ${IN_SLICE}`;
