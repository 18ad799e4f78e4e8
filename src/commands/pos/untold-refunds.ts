import { doubt, quoted } from './bad-lines';
import type { ColumnChoice } from './column-choice';
import { type ColumnName, formsOf, shown } from './column-names';
import type { Columns } from './columns';
import type { DayReader } from './days';
import { speaksOfRefund } from './marks';
import type { BadLine } from './sale-line';

const CANCEL_DAY =
  /(?:취소|환불|반품)(?:완료|승인|처리|요청)?(?:일|일자|일시|날짜|시각|시간)$|(?:cancell?ed|refunded|voided)(?:at|on|date)$|(?:cancel|refund|void)date$/;

/** Columns that nothing is read from, and that may tell a refund nevertheless. */
export interface UntoldRefunds {
  /** Hold words. */
  readonly unreadWords: readonly number[];
  /** Hold when a sale was taken back. */
  readonly cancelDays: readonly number[];
}

/** Once it is stated which column tells refunds, or that none does, no other one is looked at. */
export function findUntoldRefunds(
  names: readonly ColumnName[],
  { refund }: ColumnChoice,
  read: readonly (number | undefined)[],
): UntoldRefunds {
  if (refund !== undefined) return { unreadWords: [], cancelDays: [] };
  const unread = [...names.keys()].filter((column) => !read.includes(column));
  return {
    unreadWords: unread,
    cancelDays: unread.filter((column) => formsOf(names[column]!).some((form) => CANCEL_DAY.test(form))),
  };
}

/** A doubt about a line that would count as a sale, where a column that is not read says that it was taken back. */
export function untoldRefund(
  cells: readonly string[],
  columns: Columns,
  readDay: DayReader,
): BadLine | undefined {
  const { unreadWords, cancelDays, marks, names } = columns;
  const cancelled = cancelDays.find((column) => readDay(cells[column] ?? '') !== undefined);
  if (cancelled !== undefined)
    return doubt(
      `${quoted(cells, columns, cancelled)}: was it taken back? Take the line out, or say --refund-column none if it counts`,
    );
  const found = unreadWords.find((column) => speaksOfRefund(cells[column] ?? ''));
  if (found === undefined) return undefined;
  const others = marks.map(({ column }) => `"${shown(names[column]!)}", `).join('');
  return doubt(
    `${quoted(cells, columns, found)}: is it a refund? Say --refund-column "${shown(names[found]!)}", ${others}or none`,
  );
}
