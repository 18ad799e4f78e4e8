import type { Results } from '../contest/results';
import { aligned } from '../live/table';

/** How much more is kept for more of something. */
export interface Row {
  readonly of: string;
  readonly from: number;
  readonly to: number;
  /** Kept with so many. */
  readonly fromBytes: number;
  readonly toBytes: number;
}

const KIBIBYTE = 1_024;
const MEBIBYTE = 1_024 * KIBIBYTE;

export const eachBytes = ({ from, to, fromBytes, toBytes }: Row): number =>
  (toBytes - fromBytes) / (to - from);

export function toTable({ machine, works }: Results<readonly Row[]>): string {
  const rows = works.map((row) => [
    row.of,
    `${row.from} to ${row.to}`,
    `${(row.fromBytes / MEBIBYTE).toFixed(1)} to ${(row.toBytes / MEBIBYTE).toFixed(1)}`,
    (eachBytes(row) / KIBIBYTE).toFixed(1),
  ]);
  return [machine, '', ...aligned([['for each', 'how many', 'MiB kept', 'KiB each'], ...rows])].join('\n');
}
