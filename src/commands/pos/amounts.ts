/** Before the digits or before a sign; CP949 has ₩ in the place of the backslash. */
const WON_BEFORE = /^([-−–△▲(]?)[₩\\]/;
const WON_BEHIND = /(?:원|krw)([-−–)]?)$/i;
/** Either all thousands have a comma or none; a fraction may only be zero. */
const DIGITS = '(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.0+)?';
/** Bookkeeping writes a loss with a triangle or brackets. */
const AMOUNT = new RegExp(
  `^(?:(?<before>[-−–△▲])?(?<plain>${DIGITS})(?<behind>[-−–])?|\\((?<bracketed>${DIGITS})\\))$`,
);

/**
 * Reads an amount of won as a POS writes it: `48,000`, `₩48,000`, `48000원`, full-width digits; negative with a minus
 * before or behind it, a triangle, or in brackets. Two signs contradict each other and are rejected.
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
