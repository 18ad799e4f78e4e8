import { channelFacts, closingViewsFacts } from '../channels';
import { industryFacts } from '../industry';
import { hourFacts, profileFacts, registeredTodayFacts } from '../participation';
import { storeSalesFacts } from '../sales';
import { historyFacts } from '../settled-events';
import type { FactSource } from './fact-source';

/** What can be known of an event beside its own row: one line for each kind, at most thirty. */
export const FACT_SOURCES = {
  channels: channelFacts,
  viewsAtClose: closingViewsFacts,
  hours: hourFacts,
  registeredToday: registeredTodayFacts,
  profile: profileFacts,
  sales: storeSalesFacts,
  industry: industryFacts,
  history: historyFacts,
} as const satisfies Readonly<Record<string, FactSource<unknown>>>;

export type FactKind = keyof typeof FACT_SOURCES;
export type FactsOf<Kind extends FactKind> = ReturnType<(typeof FACT_SOURCES)[Kind]['decode']>;

/** The kinds, each in the place of its bit and of its part. */
export const FACT_KINDS = Object.keys(FACT_SOURCES) as readonly FactKind[];

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

/** @returns the kinds of a set, in their order */
export function kindsOf(kinds: FactKinds): FactKind[] {
  return FACT_KINDS.filter((kind) => covers(kinds, bitOf(kind)));
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
