import { z } from 'zod';
import type { Given } from './given';

/**
 * The types of values that a field of a JSON list can have. An error message says what is wrong and what the value may be,
 * never the value itself, which may be a secret.
 */

/** What a header may contain: fetch rejects anything else, with a message that repeats the secret. */
const HEADER_SAFE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const REFERENCE = /^\$([A-Za-z_]\w*)$/;

export const refusal = (mayBe: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? `is missing (${mayBe})` : `its value cannot be used (${mayBe})`;

export const wholeNumber = (min: number, max: number) => {
  const error = refusal(`a whole number from ${min} to ${max}`);
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

export const textWhere = (isGood: (text: string) => boolean, mayBe: string) => {
  const error = refusal(mayBe);
  return z.string({ error }).trim().refine(isGood, { error });
};

/** The text itself, or `$NAME` for the value of the variable NAME, so that the list needs no secret. */
export const textOrVariable = (given: Given, mayBe: string) =>
  z.string({ error: refusal(mayBe) }).transform((text, context) => {
    const name = REFERENCE.exec(text.trim())?.[1];
    const value = name === undefined ? text : given[name];
    if (value !== undefined) return value;
    context.addIssue(`refers to $${name}, which is not set`);
    return z.NEVER;
  });

/** A secret that is sent in a header. */
export function headerSecret(given: Given) {
  const mayBe = 'visible ASCII characters, or $NAME for the value of a variable';
  const error = `its value cannot be used (${mayBe})`;
  return textOrVariable(given, mayBe).pipe(z.string().trim().regex(HEADER_SAFE, { error }));
}
