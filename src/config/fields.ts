import { compile } from 'proxy-addr';
import { z } from 'zod';

/**
 * The types of values that a variable can have. Each has one error message, which says what the value may be and is
 * shown in the parentheses of a problem.
 */

/** Trimmed text. */
export const text = () => z.string().trim();

/** Text of a certain form. */
export const matching = (form: RegExp, mayBe: string) => text().regex(form, { error: mayBe });

export const wholeNumber = (min: number, max: number) => {
  const mayBe = `a whole number from ${min} to ${max}`;
  return matching(/^\d{1,15}$/, mayBe)
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: mayBe });
};

export const oneOf = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  text().pipe(z.enum(choices, { error: `one of ${choices.join(', ')}` }));

/** Items separated by commas, trimmed; at least one. */
export const commaSeparated = <Item>(item: z.ZodType<Item, string>) =>
  text()
    .transform((list) => list.split(',').map((part) => part.trim()))
    .pipe(z.array(item));

export const flag = () =>
  text()
    .toLowerCase()
    .pipe(z.enum(['true', 'false'], { error: 'true or false' }))
    .transform((value) => value === 'true');

/** A URL with one of these schemes. */
export const address = (schemes: readonly string[], example: string) =>
  text().refine((value) => schemes.some((scheme) => value.startsWith(`${scheme}://`)) && canParse(value), {
    error: `like ${example}`,
  });

/** What proxy-addr accepts: an address, a range, or the name of a range. */
export const addressRange = () =>
  text().refine((value) => value !== '' && isRange(value), {
    error: 'addresses or ranges like 10.0.0.0/8, or loopback, linklocal, uniquelocal, between commas',
  });

function isRange(value: string): boolean {
  try {
    compile(value);
    return true;
  } catch {
    return false;
  }
}

/** The address of a database behind a socket file has a user but no host, which URL does not parse. */
function canParse(value: string): boolean {
  return URL.canParse(value) || URL.canParse(value.replace('@/', '@localhost/'));
}
