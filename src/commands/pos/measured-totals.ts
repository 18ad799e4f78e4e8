import type { LocalDay } from '../../domain/values';
import type { Sale, TotalLine } from './sale-line';

/** A total of the file that its lines do not add up to. */
export interface TotalMismatch {
  readonly number: number;
  /** What the line calls itself. */
  readonly name: string;
  /** What the file says, in won. */
  readonly says: bigint;
  /** The sum of the lines that it most likely covers, in won. */
  readonly sum: bigint;
}

/** What becomes of the totals of one name. */
export interface TotalsOfName {
  readonly name: string;
  /** The number of the first of them, and what it says. */
  readonly first: { readonly number: number; readonly says: bigint };
  /** Undefined where they agree with what they may cover. */
  readonly mismatch: TotalMismatch | undefined;
  /** Whether they agree with a sum that covers every sale. */
  readonly isWhole: boolean;
  /** How sums that begin before the file do: several differ by what stands between them, of one that is not known. */
  readonly runningOn: 'no' | 'agrees' | 'unknown';
}

/** Compares totals with one measure of the lines, while these are read. */
export interface MeasuredTotals {
  addSale(won: bigint, sale: Pick<Sale, 'day' | 'receipt'>): void;
  /** Won of a line that is no sale. */
  addWon(won: bigint): void;
  addTotal(number: number, total: TotalLine): void;
  result(): readonly TotalsOfName[];
}

/**
 * What totals may cover: the whole file, the lines below until the next total of the kind, the receipt or the day above, the
 * lines since the last total of the kind, since the last total of any kind, or all lines above. The likeliest comes last.
 */
const COVERAGES = ['file', 'below', 'receipt', 'day', 'kind', 'group', 'before'] as const;
type Coverage = (typeof COVERAGES)[number];
type Sums = Partial<Record<Coverage, bigint>>;

/** How a coverage does for the totals of a name. */
interface Trial {
  mismatches: number;
  first: TotalMismatch | undefined;
}

/** All totals that are called the same, numbers in the name left out: they cover lines of the same kind. */
interface Named {
  readonly name: string;
  readonly isSub: boolean;
  readonly trials: Record<Coverage, Trial>;
  readonly first: Said;
  last: Said;
  /** Whether the last one is the sum of all lines above: below totals of parts, one of the same name may be that of all. */
  isLastOfAll: boolean;
  readonly isRunning: boolean;
  /** Whether all say the same beside the sum of all lines above: what was before the file. */
  isSteady: boolean;
}

interface Said {
  readonly number: number;
  readonly says: bigint;
  /** The sum of all sales above it, and how many they are. */
  readonly sumAbove: bigint;
  readonly salesAbove: number;
}

export function createMeasuredTotals(): MeasuredTotals {
  const names = new Map<string, Named>();
  const lastOfKind = new Map<string, { readonly of: Named; readonly said: Said }>();
  const byDay = new Map<LocalDay, bigint>();
  let [sum, sales] = [0n, 0];
  let lastTotal: Said | undefined;
  let lastDay: LocalDay | undefined;
  let receipt: { key: string | undefined; sum: bigint } = { key: undefined, sum: 0n };

  function addSale(amount: bigint, sale: Pick<Sale, 'day' | 'receipt'>): void {
    sum += amount;
    sales += 1;
    lastDay = sale.day;
    byDay.set(sale.day, (byDay.get(sale.day) ?? 0n) + amount);
    receipt = { key: sale.receipt, sum: amount + (receipt.key === sale.receipt ? receipt.sum : 0n) };
  }

  function addTotal(number: number, { name, word, amount, day }: TotalLine): void {
    if (amount === undefined) return;
    const said: Said = { number, says: BigInt(amount), sumAbove: sum, salesAbove: sales };
    const named = names.get(name) ?? newlyNamed(name, word, said);
    names.set(name, named);
    const before = lastOfKind.get(word);
    if (before !== undefined) tryOut(before.of, before.said, { below: sum - before.said.sumAbove });
    const ofDay = day ?? lastDay;
    tryOut(named, said, {
      receipt: receipt.sum,
      day: ofDay === undefined ? 0n : (byDay.get(ofDay) ?? 0n),
      kind: sum - (before?.said.sumAbove ?? 0n),
      group: sum - (lastTotal?.sumAbove ?? 0n),
      before: sum,
    });
    named.last = said;
    named.isSteady &&= said.says - said.sumAbove === named.first.says - named.first.sumAbove;
    named.isLastOfAll = said.says === sum;
    lastOfKind.set(word, { of: named, said });
    lastTotal = said;
  }

  return {
    ...{ addSale, addTotal },
    addWon: (won) => void (sum += won),
    result() {
      for (const { of, said } of lastOfKind.values()) tryOut(of, said, { below: sum - said.sumAbove });
      for (const named of names.values()) {
        tryOut(named, named.first, { file: sum });
        if (named.last !== named.first) tryOut(named, named.last, { file: sum });
      }
      const isNothingBehind = lastTotal?.salesAbove === sales;
      return [...names.values()].map((named) => ({
        ...{ name: named.name, first: named.first, runningOn: runningOn(named) },
        mismatch: holding(named).length > 0 ? undefined : mostTelling(named),
        isWhole: holding(named).some((coverage) => coversAll(coverage, named, isNothingBehind)),
      }));
    },
  };
}

function runningOn({ isRunning, isSteady, first, last }: Named): TotalsOfName['runningOn'] {
  if (!isRunning || !isSteady || first.says < first.sumAbove) return 'no';
  return first === last ? 'unknown' : 'agrees';
}

function newlyNamed(name: string, word: string, first: Said): Named {
  const trial = (): Trial => ({ mismatches: 0, first: undefined });
  return {
    ...{ name, first, last: first, isLastOfAll: false, isSteady: true, isRunning: word === '누계' },
    isSub: word === '소계' || word === 'subtotal',
    trials: {
      ...{ file: trial(), below: trial(), receipt: trial(), day: trial() },
      ...{ kind: trial(), group: trial(), before: trial() },
    },
  };
}

function tryOut({ name, trials }: Named, { number, says }: Said, sums: Sums): void {
  for (const coverage of COVERAGES) {
    const sum = sums[coverage];
    if (sum === undefined || sum === says) continue;
    trials[coverage].mismatches += 1;
    trials[coverage].first ??= { number, name, says, sum };
  }
}

/** The coverages that all totals of the name agree with; the last one may be that of all lines above. */
function holding(named: Named): readonly Coverage[] {
  return COVERAGES.filter((coverage) => {
    const { mismatches, first } = named.trials[coverage];
    if (mismatches === 0) return true;
    const isLast = mismatches === 1 && named.last !== named.first && first?.number === named.last.number;
    return isLast && named.isLastOfAll && coverage !== 'file' && coverage !== 'below';
  });
}

/** The first mismatch of the coverage that does best: it is the likeliest to be what is meant. */
function mostTelling(named: Named): TotalMismatch {
  const likeliest: Coverage = named.isSub ? 'group' : 'before';
  const rank = (coverage: Coverage): number =>
    named.trials[coverage].mismatches * 2 - (coverage === likeliest ? 1 : 0);
  const best = COVERAGES.reduce((one, other) => (rank(other) <= rank(one) ? other : one));
  return named.trials[best].first!;
}

/** A total of a receipt or of a day says nothing of those that have none. */
function coversAll(coverage: Coverage, { first, isLastOfAll }: Named, isNothingBehind: boolean): boolean {
  if (coverage === 'file') return true;
  if (coverage === 'below') return first.salesAbove === 0;
  return (
    isNothingBehind && (coverage === 'before' || coverage === 'group' || coverage === 'kind' || isLastOfAll)
  );
}
