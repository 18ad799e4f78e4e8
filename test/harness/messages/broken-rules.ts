/** Rules that a JSON schema can say, each broken by one value. */

export type Path = readonly (string | number)[];
export type Rule = readonly [Path, what: string, value: unknown];

export const brokenCount = (...at: Path): Rule[] => [
  [at, 'below 0', -1],
  [at, 'above 10^12', 1e12 + 1],
  [at, 'not whole', 0.5],
];

export const brokenName = (...at: Path): Rule[] => [
  [at, 'extra long', 'x'.repeat(201)],
  [at, 'with U+0000', 'a\0'],
  [at, 'with a lone surrogate', 'a\uD800'],
];

/** A text that is kept as it is sent, of 1 to 200 characters besides blanks around it. */
export const brokenLabel = (...at: Path): Rule[] => [
  [at, 'blank', ' '],
  [at, 'too long', 'x'.repeat(201)],
  [at, 'with U+0000', 'a\0'],
  [at, 'with a lone surrogate', 'a\uD800'],
];

export const brokenInstant = (field: string): Rule[] => [
  [[field], 'without an offset', '2025-10-15T00:00:00'],
  [[field], 'with second 60', '2025-10-15T23:59:60Z'],
  [[field], 'on February 30', '2025-02-30T00:00:00Z'],
  [[field], 'with a blank for T', '2025-10-15 00:00:00Z'],
  [[field], 'in 1998', '1998-12-31T00:00:00Z'],
];

export const missing = (...fields: readonly string[]): Rule[] =>
  fields.map((field) => [[field], 'missing', undefined]);

export const BROKEN_ENVELOPE: readonly Rule[] = [
  ...missing('messageId', 'occurredAt'),
  ...brokenInstant('occurredAt'),
  [['messageId'], 'without hyphens', '550e8400e29b41d4a716446655440000'],
];
