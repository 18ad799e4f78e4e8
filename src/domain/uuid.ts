import type { Uuid } from './values';

/** What a uuid in lower case looks like, for the regular expressions of JavaScript and of PostgreSQL. */
export const UUID_SHAPE = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const SHAPE = new RegExp(`^${UUID_SHAPE}$`);

/**
 * Reads a uuid of any version, 8-4-4-4-12 hex digits in either case.
 *
 * @returns it in lower case; undefined when the text is no uuid
 */
export function parseUuid(text: string): Uuid | undefined {
  if (SHAPE.test(text)) return text as Uuid;
  const lower = text.toLowerCase();
  return SHAPE.test(lower) ? (lower as Uuid) : undefined;
}
