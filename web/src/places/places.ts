import { signal } from '@preact/signals';

/** Where in the page its reader is. */
export type Place =
  | { readonly kind: 'events' }
  | { readonly kind: 'store'; readonly storeId: string }
  | { readonly kind: 'event'; readonly eventId: string }
  | { readonly kind: 'admin' }
  | { readonly kind: 'nowhere' };

export const ADMIN = '/admin';

const read = (): Place => {
  const [, store, event] = /^\/(?:stores\/([^/]+)|events\/([^/]+))\/?$/.exec(location.pathname) ?? [];
  if (store !== undefined) return { kind: 'store', storeId: store.toLowerCase() };
  if (event !== undefined) return { kind: 'event', eventId: event.toLowerCase() };
  if (location.pathname === ADMIN) return { kind: 'admin' };
  return location.pathname === '/' ? { kind: 'events' } : { kind: 'nowhere' };
};

export const place = signal<Place>(read());
/** The section that the address names, without its #. */
export const section = signal(location.hash.slice(1));

export const pathOfEvent = (eventId: string): string => `/events/${eventId}`;
export const pathOfStore = (storeId: string): string => `/stores/${storeId}`;

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
export const isUuid = (text: string): boolean => UUID.test(text.trim());

export function go(path: string): void {
  history.pushState(null, '', path);
  arrive();
  scrollTo(0, 0);
}

function arrive(): void {
  place.value = read();
  section.value = location.hash.slice(1);
}

/** Links within the page do not load it anew. The browser opens new tabs, and the explorers. */
export function followLinks(): void {
  // A token has left the address since it was first read.
  arrive();
  addEventListener('popstate', arrive);
  addEventListener('hashchange', arrive);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || !link.hasAttribute('data-place')) return;
    event.preventDefault();
    go(link.pathname + link.hash);
  });
}
