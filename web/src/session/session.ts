import { computed, signal } from '@preact/signals';
import { isToken } from './token';

const token = signal<string | undefined>(undefined);
const refused = signal(false);

/** Who is signed in; undefined when no one is, or when the service no longer takes the token. */
export const session = computed(() => {
  const held = token.value;
  return held === undefined || refused.value || !isToken(held) ? undefined : { token: held };
});

/** Whether a person was signed in until their token ended: they are asked anew, and keep their place. */
export const hasExpired = computed(() => refused.value);

/**
 * Takes the token from the link that led here, else the tab's own. To be called once, before anything is shown and
 * before anything else looks at the address.
 */
export function openSession(): void {
  if (!signInByLink()) token.value = keptToken();
  // A link to where the tab already is loads nothing anew: the browser only tells of its #.
  addEventListener('hashchange', signInByLink);
}

function signInByLink(): boolean {
  const linked = takeFromLink();
  return linked !== undefined && signIn(linked);
}

/** @returns false for what is no token at all; whether the service takes it, the first request tells. */
export function signIn(pasted: string): boolean {
  const given = pasted.trim().replace(/^Bearer\s+/i, '');
  if (!isToken(given)) return false;
  keepToken(given);
  token.value = given;
  refused.value = false;
  return true;
}

export function signOut(): void {
  forgetToken();
  token.value = undefined;
  refused.value = false;
}

/** The service has refused this token. One that has been replaced since is no news. */
export function tokenRefused(of: string): void {
  if (of !== token.value) return;
  forgetToken();
  refused.value = true;
}

/** `#token=…`, or `#token=…&trend` to a section. The token leaves the address at once, and with it the history. */
function takeFromLink(): string | undefined {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const linked = parameters.get('token');
  if (linked === null) return undefined;
  parameters.delete('token');
  const [section] = parameters.keys();
  const hash = section === undefined ? '' : `#${section}`;
  history.replaceState(null, '', location.pathname + location.search + hash);
  return linked;
}

const KEPT_AS = 'token';

/** The token as the browser keeps it for this tab alone; gone with the tab. */
function keptToken(): string | undefined {
  return ifAllowed(() => sessionStorage.getItem(KEPT_AS)) ?? undefined;
}

function keepToken(token: string): void {
  ifAllowed(() => sessionStorage.setItem(KEPT_AS, token));
}

function forgetToken(): void {
  ifAllowed(() => sessionStorage.removeItem(KEPT_AS));
}

function ifAllowed<Result>(use: () => Result): Result | undefined {
  try {
    return use();
  } catch {
    // Where storage is forbidden, even touching it throws; then a token lasts as long as the page.
    return undefined;
  }
}
