import type { ColumnChoice } from './column-choice';
import { type ColumnName, formsOf } from './column-names';

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
    cancelDays: unread.filter((column) => isOfCancelDays(names[column]!)),
  };
}

/** Whether a column of this name holds when a sale was taken back. */
export function isOfCancelDays(name: ColumnName): boolean {
  return formsOf(name).some((form) => CANCEL_DAY.test(form));
}
