/** Before the digits, or before a sign; in CP949 a backslash is what shows as ₩. */
const WON_BEFORE = /^([-−–△▲(]?)[₩\\]/;
const WON_BEHIND = /(?:원|krw)([-−–)]?)$/i;
/** Thousands are separated by commas throughout or not at all; a fraction may only say that there is none. */
const DIGITS = '(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.0+)?';
/** Triangles and brackets are how bookkeeping writes a loss. */
const AMOUNT = new RegExp(
  `^(?:(?<before>[-−–△▲])?(?<plain>${DIGITS})(?<behind>[-−–])?|\\((?<bracketed>${DIGITS})\\))$`,
);

/**
 * Reads an amount of won as a POS writes it: `48,000`, `₩48,000`, `48000원`, full-width digits; negative with a minus
 * before or behind it, a triangle, or in brackets, but not with two of them, which contradict each other.
 *
 * @returns undefined when the text is no whole amount of won, or more than a number holds exactly
 */
export function parseWon(text: string): number | undefined {
  // NFKC makes the full-width forms (digits, comma, minus, brackets, ￦) the plain ones.
  const plain = text.normalize('NFKC').replace(/\s/g, '');
  const found = AMOUNT.exec(plain.replace(WON_BEFORE, '$1').replace(WON_BEHIND, '$1'))?.groups;
  if (found === undefined || (found['before'] && found['behind'])) return undefined;
  const amount = Number((found['plain'] ?? found['bracketed'] ?? '').replaceAll(',', ''));
  if (!Number.isSafeInteger(amount)) return undefined;
  const isNegative = found['before'] ?? found['behind'] ?? found['bracketed'];
  return isNegative && amount !== 0 ? -amount : amount;
}
