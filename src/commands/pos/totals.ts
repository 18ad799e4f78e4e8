import {
  createMeasuredTotals,
  type MeasuredTotals,
  type TotalMismatch,
  type TotalsOfName,
} from './measured-totals';
import type { NumberedLine, Sale, TotalLine } from './sale-line';
import { type Part, partOf } from './total-words';
import { createWays, type TotalsOfWays } from './ways-totals';

/** A total of a part of the lines that is not known. */
export interface NotCompared {
  readonly number: number;
  readonly name: string;
  readonly says: bigint;
}

export interface TotalsFound {
  readonly mismatches: readonly TotalMismatch[];
  /** Whether every sale is within a total that was compared and agrees. */
  readonly isWholeChecked: boolean;
  /** Say nothing that the lines could be compared with. */
  readonly notCompared: readonly NotCompared[];
}

/** Compares the totals of a file with its lines, while these are read. */
export interface TotalsCheck {
  add(line: NumberedLine): void;
  result(): TotalsFound;
}

/** Which totals are compared with which measure of a sale; those of what was sold may as well be of all. */
const MEASURES = {
  whole: { of: 'whole', won: (amount: bigint) => amount },
  sold: { of: 'sold', won: (amount: bigint) => (amount > 0n ? amount : 0n) },
  soldOrRefunded: { of: 'sold', won: (amount: bigint) => amount },
  refunded: { of: 'refunded', won: (amount: bigint) => (amount < 0n ? -amount : 0n) },
  other: { of: 'other', won: (amount: bigint) => amount },
} as const satisfies Record<string, { readonly of: Part; readonly won: (amount: bigint) => bigint }>;
type Measure = keyof typeof MEASURES;

export function createTotalsCheck(): TotalsCheck {
  const checks = Object.entries(MEASURES).map(([name, measure]) => ({
    ...{ name: name as Measure, ...measure },
    totals: createMeasuredTotals(),
  }));

  const ways = createWays();

  function addSale(sale: Sale): void {
    ways.addSale(sale);
    for (const { totals, won } of checks) totals.addSale(won(BigInt(sale.amount)), sale);
  }

  function addTotal(number: number, total: TotalLine): void {
    const part = partOf(total.name);
    ways.addTotal(total);
    for (const { of, totals } of checks) if (of === part) addTo(totals, number, part, total);
  }

  return {
    add({ number, line }) {
      if (line.kind === 'sale') addSale(line);
      if (line.kind === 'total') addTotal(number, line);
      // Left out of the sales, and in the file's own sum of what was cancelled.
      if (line.kind === 'cancelled')
        checks.find(({ name }) => name === 'refunded')!.totals.addWon(BigInt(Math.abs(line.amount)));
    },
    result: () => judge(new Map(checks.map(({ name, totals }) => [name, totals.result()])), ways.result()),
  };
}

/** What was given back is written with a minus or without. */
function addTo(totals: MeasuredTotals, number: number, part: Part, total: TotalLine): void {
  const { amount } = total;
  const isWithoutSign = part === 'refunded' && amount !== undefined;
  totals.addTotal(number, isWithoutSign ? { ...total, amount: Math.abs(amount) } : total);
}

function judge(
  results: ReadonlyMap<Measure, readonly TotalsOfName[]>,
  { agreeing }: TotalsOfWays,
): TotalsFound {
  const of = (measure: Measure): readonly TotalsOfName[] => results.get(measure) ?? [];
  const ofAll = of('soldOrRefunded');
  const sold = of('sold').map((named, place) =>
    ofAll[place]?.mismatch === undefined ? { ...named, mismatch: undefined } : named,
  );
  const toAgree = [...of('whole'), ...sold, ...of('refunded')];
  const mismatches = toAgree.flatMap(({ name, mismatch, runningOn }) =>
    mismatch === undefined || runningOn !== 'no' || agreeing.has(name) ? [] : [mismatch],
  );
  const isWhole = (measure: Measure): boolean => of(measure).some((named) => named.isWhole);
  const isAnyWhole = isWhole('whole') || isWhole('soldOrRefunded') || isWhole('other') || agreeing.size > 0;
  return {
    mismatches,
    isWholeChecked: mismatches.length === 0 && (isAnyWhole || (isWhole('sold') && isWhole('refunded'))),
    notCompared: [
      ...of('whole').filter(({ mismatch, runningOn }) => mismatch !== undefined && runningOn === 'unknown'),
      ...of('other').filter(({ mismatch, name }) => mismatch !== undefined && !agreeing.has(name)),
    ].map(({ name, first: { number, says } }) => ({ number, name, says })),
  };
}
