import type { Sale, TotalLine } from './sale-line';
import { type Way, wayOf } from './total-words';

export interface TotalsOfWays {
  /** The names of totals that make up all sales together: `카드합계` and `현금합계`. */
  readonly agreeing: ReadonlySet<string>;
}

/** Adds up the totals of all ways to pay, and of all ways to sell, while lines are read: together they are of every sale. */
export function createWays(): {
  addSale(sale: Sale): void;
  addTotal(total: TotalLine): void;
  result(): TotalsOfWays;
} {
  const ways = new Map<Way, { readonly names: Set<string>; says: bigint }>();
  let sum = 0n;
  return {
    addSale: ({ amount }) => void (sum += BigInt(amount)),
    addTotal({ name, amount }) {
      const way = wayOf(name);
      if (way === undefined || amount === undefined) return;
      const found = ways.get(way) ?? { names: new Set(), says: 0n };
      ways.set(way, found);
      found.names.add(name);
      found.says += BigInt(amount);
    },
    result() {
      const agreeing = [...ways.values()].filter(({ names, says }) => names.size > 1 && says === sum);
      return { agreeing: new Set(agreeing.flatMap(({ names }) => [...names])) };
    },
  };
}
