import { computed, signal } from '@preact/signals';
import { readClaims } from './claims';

/** Kept for this tab alone, and gone with it. */
const STORED_AS = 'token';

const token = signal<string | undefined>(undefined);
const refused = signal(false);

/** Who is signed in; undefined when nobody is, or when the service no longer takes the token. */
export const session = computed(() => {
  const held = token.value;
  const claims = held === undefined || refused.value ? undefined : readClaims(held);
  return held === undefined || claims === undefined ? undefined : { token: held, ...claims };
});

/** Whether somebody was signed in until their token ended: they are asked anew, and keep their place. */
export const hasExpired = computed(() => refused.value);

/** Takes the token from the link that led here, else the tab's own. To be called once, before anything is shown. */
export function openSession(): void {
  const linked = takeFromLink();
  if (linked !== undefined) return void signIn(linked);
  token.value = sessionStorage.getItem(STORED_AS) ?? undefined;
}

/** @returns false for what is no token at all; whether the service takes it, the first request tells. */
export function signIn(pasted: string): boolean {
  const given = pasted.trim().replace(/^Bearer\s+/i, '');
  if (readClaims(given) === undefined) return false;
  sessionStorage.setItem(STORED_AS, given);
  token.value = given;
  refused.value = false;
  return true;
}

export function signOut(): void {
  sessionStorage.removeItem(STORED_AS);
  token.value = undefined;
  refused.value = false;
}

/** The service has refused this token. One that has been replaced meanwhile is no news. */
export function tokenRefused(of: string): void {
  if (of !== token.value) return;
  sessionStorage.removeItem(STORED_AS);
  refused.value = true;
}

/** `#token=…`, alone or ahead of a section's name. It leaves the address at once, and with it the history. */
function takeFromLink(): string | undefined {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const linked = parameters.get('token');
  if (linked === null) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return linked;
}
