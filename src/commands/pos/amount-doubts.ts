import { CommandError } from '../fail';
import { parseWon } from './amounts';
import { candidates, columnsCalled, oneOf, quoteHeader } from './column-choice';
import { type ColumnEvidence, valuesOf, wonIn } from './column-evidence';
import {
  AMOUNT_NAMES,
  bracketOf,
  type ColumnName,
  formsOf,
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
const UNIT_IN_TITLE = /단위\s*[:：]\s*[^\s)\],]+|(?<=[([]\s*)[천만억]\s*원(?=\s*[)\]])/;
const OF_VAT = /^(?:부가세|부가가치세|세액|부가세액|vat|tax|taxes)$/;
const OF_A_WAY_TO_PAY = /카드|현금|계좌|이체|페이|포인트|상품권|card|cash/i;
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
  if (evidence.choice.amount !== undefined) return;
  requireTaxesKnown(names, evidence, amount);
  if (isNamed(names[amount]!, [NET_NAMES])) return;
  const left = [...names.keys()].filter(
    (column) => column !== amount && isLeftOver(names, { column, amount }, evidence),
  );
  oneOf(
    [amount, ...left].sort((one, other) => one - other),
    names,
    'amount',
  );
  requireNoDiscounts(names, evidence, amount);
  requireAllWaysToPay(names, evidence, amount);
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
  if (formsOf(names[amount]!).some((form) => OF_NET.test(form))) return;
  const stated = choice.refundAmount === undefined ? [] : columnsCalled(names, choice.refundAmount);
  /** Some other amount less the discount is the amount. */
  const isLeftAfter = (off: number): boolean =>
    [...names.keys()].some(
      (whole) =>
        whole !== off &&
        whole !== amount &&
        sample.every(
          (cells) =>
            wonIn(cells, whole) - Math.abs(wonIn(cells, off)) === wonIn(cells, amount) ||
            wonIn(cells, amount) <= 0,
        ),
    );
  const off = [...names.keys()].find((column) => {
    const forms = formsOf(names[column]!);
    const isDiscount = forms.some((form) => OF_DISCOUNTS.test(form) && !OF_NO_SUM.test(form));
    const isSeen = sample.some((cells) => wonIn(cells, column) !== 0);
    return isDiscount && !stated.includes(column) && isSeen && !isLeftAfter(column);
  });
  if (off === undefined) return;
  const [gross, discount] = [shown(names[amount]!), shown(names[off]!)];
  throw new CommandError(
    `--amount-column: does "${gross}" contain what "${discount}" holds? If it is right as it is, say --amount-column ` +
      `"${gross}"; to take the other off, say --refund-amount-column "${discount}". ${quoteHeader(names)}`,
  );
}

/** @throws CommandError when another amount is this one with the taxes */
function requireTaxesKnown(names: readonly ColumnName[], { sample }: ColumnEvidence, amount: number): void {
  const columns = [...names.keys()].filter((column) => column !== amount);
  const taxes = columns.filter(
    (column) =>
      formsOf(names[column]!).some((form) => OF_VAT.test(form)) &&
      sample.some((cells) => wonIn(cells, column) !== 0),
  );
  const withTaxes = columns.filter(
    (column) =>
      isNamed(names[column]!, AMOUNT_NAMES) &&
      taxes.some((tax) =>
        sample.every((cells) => wonIn(cells, column) === wonIn(cells, amount) + wonIn(cells, tax)),
      ),
  );
  oneOf(
    [amount, ...withTaxes].sort((one, other) => one - other),
    names,
    'amount',
  );
}

/** @throws CommandError when the amount is that of one way to pay, and another column has that of another */
function requireAllWaysToPay(names: readonly ColumnName[], { sample }: ColumnEvidence, amount: number): void {
  if (!OF_A_WAY_TO_PAY.test(bracketOf(names[amount]!))) return;
  const other = [...names.keys()].find(
    (column) =>
      column !== amount &&
      OF_A_WAY_TO_PAY.test(bracketOf(names[column]!)) &&
      sample.some((cells) => wonIn(cells, column) !== 0),
  );
  if (other === undefined) return;
  const [one, another] = [shown(names[amount]!), shown(names[other]!)];
  throw new CommandError(
    `--amount-column: "${one}" holds what was paid in one way, and "${another}" in another. Name the column of all, or say ` +
      `--amount-column "${one}" if it alone is to count. ${quoteHeader(names)}`,
  );
}

function isNamed(name: ColumnName, known: readonly (readonly string[])[]): boolean {
  return candidates([name], known).length > 0;
}
