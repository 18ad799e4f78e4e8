import type { LocalDay } from '../../domain/values';
import type { NumberedLine, Sale, TotalLine } from './sale-line';

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

export interface TotalsFound {
  readonly mismatches: readonly TotalMismatch[];
  /** Whether every sale is within a total that was compared and agrees. */
  readonly isWholeChecked: boolean;
}

/** Compares the totals of a file with its lines, while these are read. */
export interface TotalsCheck {
  add(line: NumberedLine): void;
  result(): TotalsFound;
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
}

interface Said {
  readonly number: number;
  readonly says: bigint;
  /** The sum of all sales above it, and how many they are. */
  readonly sumAbove: bigint;
  readonly salesAbove: number;
}

export function createTotalsCheck(): TotalsCheck {
  const names = new Map<string, Named>();
  const lastOfKind = new Map<string, { readonly of: Named; readonly said: Said }>();
  const byDay = new Map<LocalDay, bigint>();
  let [sum, sales] = [0n, 0];
  let lastTotal: Said | undefined;
  let lastDay: LocalDay | undefined;
  let receipt: { key: string | undefined; sum: bigint } = { key: undefined, sum: 0n };

  function addSale(sale: Sale): void {
    const amount = BigInt(sale.amount);
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
    named.isLastOfAll = said.says === sum;
    lastOfKind.set(word, { of: named, said });
    lastTotal = said;
  }

  return {
    add({ number, line }) {
      if (line.kind === 'sale') addSale(line);
      if (line.kind === 'total') addTotal(number, line);
    },
    result() {
      for (const { of, said } of lastOfKind.values()) tryOut(of, said, { below: sum - said.sumAbove });
      for (const named of names.values()) {
        tryOut(named, named.first, { file: sum });
        if (named.last !== named.first) tryOut(named, named.last, { file: sum });
      }
      const all = [...names.values()];
      const mismatches = all.flatMap((named) => (holding(named).length > 0 ? [] : [mostTelling(named)]));
      const isWhole = (named: Named): boolean =>
        holding(named).some((coverage) => coversAll(coverage, named, lastTotal?.salesAbove === sales));
      return { mismatches, isWholeChecked: mismatches.length === 0 && all.some(isWhole) };
    },
  };
}

function newlyNamed(name: string, word: string, first: Said): Named {
  const trial = (): Trial => ({ mismatches: 0, first: undefined });
  return {
    ...{ name, first, last: first, isLastOfAll: false },
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
