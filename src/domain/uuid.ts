import type { Uuid } from './values';

const SHAPE = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

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
