import { text } from './fields';

/** The origins whose pages may read answers: these, or all. */
export type CorsOrigins = ReadonlySet<string> | 'all';

const MAY_BE = 'origins as browsers send them, like https://app.example, between commas; or * alone';

/** A scheme of its own is what apps have that show their pages themselves: capacitor://localhost. */
const OWN_SCHEME = /^(?!https?:)[a-z][a-z\d+.-]*:\/\/[a-z\d.-]+(?::\d{1,5})?$/;

/**
 * Origins between commas. Each must be written as a browser sends it, since it is compared to the letter: in small letters,
 * without the port that its scheme has anyway, and without a path. `null`, the origin of every sandboxed page and every
 * local file, is none.
 */
export const origins = () =>
  text()
    .transform((list) => list.split(',').map((part) => part.trim()))
    .refine((parts) => isAll(parts) || parts.every(isOrigin), { error: MAY_BE })
    .transform((parts): CorsOrigins => (isAll(parts) ? 'all' : new Set(parts)));

const isAll = (parts: readonly string[]): boolean => parts.length === 1 && parts[0] === '*';

function isOrigin(value: string): boolean {
  if (OWN_SCHEME.test(value)) return true;
  return /^https?:[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;
}
