import { CommandError } from '../fail';
import { parseWon } from './amounts';
import { candidates, columnsCalled, oneOf, quoteHeader } from './column-choice';
import { type ColumnEvidence, valuesOf, wonIn } from './column-evidence';
import {
  bracketOf,
  type ColumnName,
  formsOf,
  GROSS_NAMES,
  NET_NAMES,
  OF_DISCOUNTS,
  OF_NET,
  OF_NO_SUM,
  OF_REFUNDS,
  shown,
} from './column-names';
import type { Row } from './table';

/** Thousands of won, or other money. */
const OTHER_UNIT = /[천만억]\s*원|^(?:단위\s*:\s*)?[천만]$|usd|jpy|eur|cny|[$€¥]|달러|엔화|유로|위안/i;
const UNIT_IN_TITLE = /단위\s*[:：]\s*[^\s)\],]+/;
/** What is taken off in taxes was paid nevertheless. */
const OF_TAXES = /공급|세액|부가세|tax|vat/;

/** @throws CommandError when the column's name says that it is not in won */
export function requireWon(names: readonly ColumnName[], amount: number): void {
  if (!OTHER_UNIT.test(bracketOf(names[amount]!))) return;
  throw new CommandError(`--amount-column: "${shown(names[amount]!)}" is not in won: export it in won.`);
}

/** @throws CommandError when a title says that amounts are not in won */
export function requireWonInTitles(titles: readonly Row[]): void {
  const units = titles.flatMap(({ cells }) => cells.flatMap((cell) => UNIT_IN_TITLE.exec(cell)?.[0] ?? []));
  const other = units.find((unit) => OTHER_UNIT.test(unit));
  if (other === undefined) return;
  throw new CommandError(`The title says "${other}", so amounts are not in won: export them in won.`);
}

/**
 * Makes sure that no column beside the amount that was found by its name is rather meant: what is left of it under a name that
 * is not known, or nothing where discounts are not taken off.
 *
 * @throws CommandError when one may be
 */
export function requireNoRatherMeant(
  names: readonly ColumnName[],
  evidence: ColumnEvidence,
  amount: number,
): void {
  if (evidence.choice.amount !== undefined || isNamed(names[amount]!, [NET_NAMES])) return;
  const left = [...names.keys()].filter(
    (column) => column !== amount && isLeftOver(names, { column, amount }, evidence),
  );
  oneOf(
    [amount, ...left].sort((one, other) => one - other),
    names,
    'amount',
  );
  requireNoDiscounts(names, evidence, amount);
}

function isLeftOver(
  names: readonly ColumnName[],
  { column, amount }: { readonly column: number; readonly amount: number },
  { sample }: ColumnEvidence,
): boolean {
  const forms = formsOf(names[column]!);
  const values = valuesOf(column, sample);
  if (values.length === 0 || values.some((cell) => parseWon(cell) === undefined)) return false;
  if (forms.some((form) => OF_NO_SUM.test(form) || OF_TAXES.test(form))) return false;
  const both = sample.filter((cells) => (cells[column] ?? '') !== '' && (cells[amount] ?? '') !== '');
  if (both.every((cells) => wonIn(cells, column) === wonIn(cells, amount))) return false;
  if (forms.some((form) => OF_NET.test(form))) return true;
  const takenOff = [...names.keys()].filter((other) =>
    formsOf(names[other]!).some((form) => OF_DISCOUNTS.test(form) || OF_REFUNDS.test(form)),
  );
  return takenOff.some(
    (off) =>
      off !== column &&
      off !== amount &&
      both.every((cells) => wonIn(cells, column) === wonIn(cells, amount) - Math.abs(wonIn(cells, off))),
  );
}

function requireNoDiscounts(
  names: readonly ColumnName[],
  { sample, choice }: ColumnEvidence,
  amount: number,
): void {
  if (!isNamed(names[amount]!, GROSS_NAMES)) return;
  const stated = choice.refundAmount === undefined ? [] : columnsCalled(names, choice.refundAmount);
  const off = [...names.keys()].find((column) => {
    const forms = formsOf(names[column]!);
    const isDiscount = forms.some((form) => OF_DISCOUNTS.test(form) && !OF_NO_SUM.test(form));
    return isDiscount && !stated.includes(column) && sample.some((cells) => wonIn(cells, column) !== 0);
  });
  if (off === undefined) return;
  const [gross, discount] = [shown(names[amount]!), shown(names[off]!)];
  throw new CommandError(
    `--amount-column: does "${gross}" contain what "${discount}" holds? If it is right as it is, say --amount-column ` +
      `"${gross}"; to take the other off, say --refund-amount-column "${discount}". ${quoteHeader(names)}`,
  );
}

function isNamed(name: ColumnName, known: readonly (readonly string[])[]): boolean {
  return candidates([name], known).length > 0;
}
