import { z } from 'zod';
import type { ClaimPath } from '../config/claims';

/** The claims of a token, by name. */
export type Claims = Readonly<Record<string, unknown>>;

/** Asked by hand: a parser of records looks at every claim, for as long as verifying by HS256 takes. */
export const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface ReadClaim {
  readonly texts: readonly string[];
  /** Why there are none, though the claim is there; no part of it. */
  readonly problem?: string;
}

const NOTHING: ReadClaim = { texts: [] };

const list = z.array(z.string());

/** The texts of a claim that is a text or a list of texts; none where it is missing or null. */
export const readTexts = (claims: Claims, path: ClaimPath): ReadClaim =>
  readAt(claims, path, (text) => [text]);

/** As readTexts, but a text with blanks is a list of words: `scope` has that form. */
export const readWords = (claims: Claims, path: ClaimPath): ReadClaim =>
  readAt(claims, path, (text) => text.split(/\s+/).filter((word) => word !== ''));

/** Follows the path, which may end early. */
function readAt(value: unknown, path: readonly string[], split: (text: string) => string[]): ReadClaim {
  if (value === undefined || value === null) return NOTHING;
  const [name, ...rest] = path;
  if (name === undefined) return readValue(value, split);
  if (!isObject(value)) return { texts: [], problem: 'is in something that is no object' };
  // Only names of its own: every object has a constructor.
  return Object.hasOwn(value, name) ? readAt(value[name], rest, split) : NOTHING;
}

function readValue(value: unknown, split: (text: string) => string[]): ReadClaim {
  if (typeof value === 'string') return { texts: split(value) };
  const { data: texts } = list.safeParse(value);
  return texts === undefined ? { texts: [], problem: 'is neither a text nor a list of texts' } : { texts };
}
