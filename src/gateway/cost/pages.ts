import type { EventListArguments } from '../../schema/event-list-arguments';
import type { StoreId } from '../../domain/values';

/** A page of a store's events as an operation asks for it; `first` within what a page may have. */
export interface AskedPage extends EventListArguments {
  readonly storeId: StoreId;
}

declare const key: unique symbol;
/** The same for pages on which the same events stand. */
export type PageKey = string & { readonly [key]: 'PageKey' };

export const keyOf = ({ storeId, first, after, status, from, to }: AskedPage): PageKey =>
  JSON.stringify([storeId, first, after ?? null, status ?? null, from ?? null, to ?? null]) as PageKey;
