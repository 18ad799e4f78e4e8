import { chosenColumn, columnsCalled } from './column-choice';
import { type ColumnEvidence, valuesOf, wonIn } from './column-evidence';
import {
  type ColumnName,
  formsOf,
  NET_NAMES,
  OF_DISCOUNTS,
  OF_NO_SUM,
  OF_REFUNDS,
  REFUND_AMOUNT_NAMES,
} from './column-names';

/** Won: smaller numbers count refunds, as no day has so many. */
const SMALLEST_SUM = 100;
/** A name that says nothing of refunds needs more than one line that says it. */
const LINES_THAT_TELL = 2;

export interface RefundAmounts {
  /** What was given back of the line's amount, to be taken off. */
  readonly refundAmount: number | undefined;
  /** Look like `refundAmount`; whether they are to be taken off has not been stated. */
  readonly refundAmountsInDoubt: readonly number[];
}

/** Finds what was given back of an amount, unless the values show that the amount is what is left after it. */
export function findRefundAmounts(
  names: readonly ColumnName[],
  evidence: ColumnEvidence,
  amount: number,
): RefundAmounts {
  const { refundAmount: chosen, refund } = evidence.choice;
  if (chosen !== undefined) {
    const refundAmount = chosen === 'none' ? undefined : chosenColumn(names, chosen, 'refundAmount');
    return { refundAmount, refundAmountsInDoubt: [] };
  }
  const marking = refund === undefined || refund === 'none' ? [] : columnsCalled(names, refund);
  const isOther = (column: number): boolean => column !== amount && !marking.includes(column);
  const found = [...names.keys()].filter(
    (column) => isOther(column) && tellsRefunds(names[column]!, column, evidence),
  );
  return {
    refundAmount: undefined,
    refundAmountsInDoubt: found.filter((column) => !isTakenOff(column, { amount, names, evidence })),
  };
}

/** Its name says so, or its name speaks of refunds and it holds sums. */
function tellsRefunds(name: ColumnName, column: number, { sample, readDay }: ColumnEvidence): boolean {
  const forms = formsOf(name);
  if (forms.some((form) => REFUND_AMOUNT_NAMES.flat().includes(form))) return true;
  const speaksOfRefunds = forms.some((form) => OF_REFUNDS.test(form)) && !OF_NO_SUM.test(forms.at(-1) ?? '');
  if (!speaksOfRefunds || valuesOf(column, sample).some((cell) => readDay(cell) !== undefined)) return false;
  return sample.some((cells) => Math.abs(wonIn(cells, column)) >= SMALLEST_SUM);
}

interface Of {
  readonly amount: number;
  readonly names: readonly ColumnName[];
  readonly evidence: ColumnEvidence;
}

/** Whether of every line with a refund some other amount less the refund, and less a discount, is the line's amount. */
function isTakenOff(refund: number, { amount, names, evidence: { sample } }: Of): boolean {
  const refunded = sample.filter((cells) => wonIn(cells, refund) !== 0);
  const isNet = formsOf(names[amount]!).some((form) => NET_NAMES.some((net) => net === form));
  if (refunded.length < (isNet ? 1 : LINES_THAT_TELL)) return false;
  const others = [...names.keys()].filter((column) => column !== amount && column !== refund);
  const discounts = others.filter((column) =>
    formsOf(names[column]!).some((form) => OF_DISCOUNTS.test(form)),
  );
  return others.some((whole) =>
    [undefined, ...discounts].some((discount) =>
      refunded.every((cells) => {
        const less = discount === undefined ? 0 : Math.abs(wonIn(cells, discount));
        return wonIn(cells, whole) - Math.abs(wonIn(cells, refund)) - less === wonIn(cells, amount);
      }),
    ),
  );
}
