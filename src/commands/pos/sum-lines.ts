import { parseWon } from './amounts';
import type { Columns } from './columns';
import type { DayReader } from './days';
import type { Row } from './table';
import { totalCellOf } from './total-words';

/** What is left out of a sample line's sum, or taken from it, is decided by its marks. */
export interface SumReading {
  readonly columns: Columns;
  readonly readDay: DayReader;
  readonly refunds: 'subtract' | 'leave-out';
}

/** The sums of sales since the places where a sum over lines may begin. */
export interface RunningSums {
  add(day: string, amount: number): void;
  /** Whether the amount is that of all sales since one of these places. */
  isSum(amount: number): boolean;
  /** A sum stands here: the next one may begin here. */
  end(): void;
}

export function createRunningSums(): RunningSums {
  const places = new Set<bigint>([0n]);
  let sum = 0n;
  let dayAbove: string | undefined;
  return {
    add(day, amount) {
      // An empty one is merged with that above.
      if (day !== '' && day !== dayAbove) places.add(sum);
      if (day !== '') dayAbove = day;
      sum += BigInt(amount);
    },
    isSum: (amount) => amount !== 0 && places.has(sum - BigInt(amount)),
    end: () => void places.add(sum),
  };
}

/** Columns that sums lack together. */
export type SumSigns = readonly number[];

/**
 * Finds columns that are filled in sales and empty in sums over them which no word tells: at least half of the lines that lack
 * them are the sum of the lines above. What sums lack together belongs together: a sale may lack one of it.
 *
 * @param beginning the first lines below the header
 */
export function findSumSigns(beginning: readonly Row[], reading: SumReading): readonly SumSigns[] {
  const { columns } = reading;
  const lines = beginning.flatMap(({ cells }) => sampleLine(cells, reading) ?? []);
  const sums = createRunningSums();
  const counts = new Map<string, { readonly signs: SumSigns; count: number }>();
  const single = columnsThatSumsLack(lines, columns);
  for (const line of lines) {
    if (line === 'total') {
      sums.end();
      continue;
    }
    const signs = single.filter((column) => lacks(line.cells, column, columns));
    if (signs.length === 0 || !sums.isSum(line.amount)) {
      sums.add(line.day, line.amount);
      continue;
    }
    sums.end();
    const found = counts.get(signs.join()) ?? { signs, count: 0 };
    found.count += 1;
    counts.set(signs.join(), found);
  }
  const all = [...counts.values()];
  const isPartOf = (one: SumSigns, other: SumSigns): boolean =>
    one.length < other.length && one.every((column) => other.includes(column));
  return all
    .filter((one) => !all.some((other) => isPartOf(one.signs, other.signs) && other.count >= one.count))
    .map(({ signs }) => signs);
}

function columnsThatSumsLack(lines: readonly (SampleLine | 'total')[], columns: Columns): readonly number[] {
  return [...columns.names.keys()].filter((column) => {
    if (column === columns.day || column === columns.amount) return false;
    const sums = createRunningSums();
    let [lacking, adding, others] = [0, 0, 0];
    for (const line of lines) {
      if (line === 'total') {
        sums.end();
        continue;
      }
      const isLacking = lacks(line.cells, column, columns);
      const isSum = isLacking && sums.isSum(line.amount);
      lacking += Number(isLacking);
      others += Number(!isLacking);
      adding += Number(isSum);
      if (isSum) sums.end();
      else sums.add(line.day, line.amount);
    }
    return others > 0 && adding > 0 && adding * 2 >= lacking;
  });
}

/** A cell that is merged with the one above is not empty. */
export function lacks(cells: readonly string[], column: number, { day, till, receipt }: Columns): boolean {
  if ((cells[column] ?? '') !== '') return false;
  const isKey = column === till || column === receipt;
  return !(isKey && day !== undefined && (cells[day] ?? '') === '');
}

interface SampleLine {
  readonly cells: readonly string[];
  readonly day: string;
  readonly amount: number;
}

function sampleLine(
  cells: readonly string[],
  { columns, readDay, refunds }: SumReading,
): SampleLine | 'total' | undefined {
  if (totalCellOf(cells) !== undefined) return 'total';
  const amount = parseWon(cells[columns.amount] ?? '');
  if (amount === undefined) return undefined;
  const marks = columns.marks.map(({ column, read }) => read(cells[column] ?? ''));
  const isLeftOut = marks.includes('left-out') || (marks.includes('refunded') && refunds === 'leave-out');
  const signed = marks.includes('refunded') && amount > 0 ? -amount : amount;
  const day = columns.day === undefined ? '' : (readDay(cells[columns.day] ?? '')?.day ?? '');
  return { cells, day, amount: isLeftOut ? 0 : signed };
}
