/** How texts from outside are read: what is refused, what is brought into one form, and how length is measured. */

/** PostgreSQL stores no U+0000, and half a surrogate pair is no character: UTF-8 cannot carry it. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * No NFC text of n characters has a canonical equivalent of more than 8n UTF-16 units: a character decomposes into at
 * most four, of at most two units each. Longer ones are refused unread, as putting a long run of combining marks in
 * order takes quadratic time.
 */
const UNITS_PER_CHARACTER = 8;

/**
 * Trims the text as String.prototype.trim does and brings it to Unicode NFC, so that the same name typed on two systems
 * is one name; then measures it in code points. Doing it twice changes nothing more.
 *
 * @returns undefined when the result is longer than `most`, or the text cannot be stored
 */
export function readName(text: string, most: number): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > most * UNITS_PER_CHARACTER || UNSTORABLE.test(trimmed)) return undefined;
  const name = trimmed.normalize('NFC');
  return isWithin(name, most) ? name : undefined;
}

/**
 * Takes the text exactly as it was sent, blanks and all.
 *
 * @returns undefined when it is longer than `most` code points, or cannot be stored
 */
export function readVerbatim(text: string, most: number): string | undefined {
  return isWithin(text, most) && !UNSTORABLE.test(text) ? text : undefined;
}

/** Code points are never more than UTF-16 units and never fewer than half of them, so few texts need counting. */
function isWithin(text: string, most: number): boolean {
  if (text.length <= most) return true;
  return text.length <= most * 2 && Array.from(text).length <= most;
}
