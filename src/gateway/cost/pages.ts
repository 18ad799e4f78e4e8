import type { EventStretch } from '../../database/event-lists/stretch';

/** What one page of an operation shows of a store's events: its `limit` is what the page may have. */
export type AskedPage = EventStretch;

declare const key: unique symbol;
/** The same for pages on which the same events stand. */
export type PageKey = string & { readonly [key]: 'PageKey' };

export const keyOf = ({ storeId, limit, filter: { status, from, to }, after }: AskedPage): PageKey =>
  [storeId, limit, status, from, to, after?.startAt, after?.eventId].join(' ') as PageKey;
