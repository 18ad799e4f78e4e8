/** What can be known of an event beside its own row. */
export const FACT_KINDS = [
  'channels',
  'viewsAtClose',
  'hours',
  'registeredToday',
  'profile',
  'sales',
  'industry',
  'history',
] as const;
export type FactKind = (typeof FACT_KINDS)[number];

declare const set: unique symbol;
/** Some kinds of facts, a bit for each: what an operation wants of an event. */
export type FactKinds = number & { readonly [set]: 'FactKinds' };

export const NO_FACTS = 0 as FactKinds;

/** A bit beside those of the kinds: a reader of them reads every store. */
export const OF_ALL_STORES = 1 << 30;

/** @returns the set of one kind */
export function bitOf(kind: FactKind): FactKinds {
  return (1 << FACT_KINDS.indexOf(kind)) as FactKinds;
}

export function factKinds(kinds: readonly FactKind[]): FactKinds {
  return kinds.map(bitOf).reduce(bothOf, NO_FACTS);
}

export function bothOf(some: FactKinds, others: FactKinds): FactKinds {
  return (some | others) as FactKinds;
}

export function covers(known: FactKinds, wanted: FactKinds): boolean {
  return (known & wanted) === wanted;
}

export function without(some: FactKinds, others: FactKinds): FactKinds {
  return (some & ~others) as FactKinds;
}
