import { doubt, quoted } from './bad-lines';
import { shown } from './column-names';
import type { Columns } from './columns';
import type { DayReader } from './days';
import { speaksOfRefund } from './marks';
import type { BadLine } from './sale-line';

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
