import type { LocalDay } from '../../domain/values';
import type { Layout, Stated } from './layout';
import { createLineReader, type ReadingOptions } from './line-reader';
import type { NumberedLine, SumSign } from './sale-line';

export interface ExportOptions {
  readonly stated: Stated;
  readonly today: LocalDay;
  readonly refunds: ReadingOptions['refunds'];
  /** What lines have that are sums over others, and to be left out. */
  readonly sums: readonly SumSign[];
}

/** Reads the lines of an export below its header, in their order. */
export async function* readExport(
  { table, columns, headerRows, linesBefore, readDay }: Layout,
  { stated, today, refunds, sums }: ExportOptions,
): AsyncGenerator<NumberedLine> {
  const read = createLineReader({
    ...{ columns, headerRows, readDay, today, refunds },
    ...{ writing: stated.writing, statedDay: stated.day, amounts: stated.amounts },
    ...{ sumLines: stated.sumLines, sums },
    beginning: table.beginning.slice(linesBefore),
  });
  let place = 0;
  for await (const row of table.rows()) {
    place += 1;
    if (place <= linesBefore) continue;
    for (const line of read(row)) yield { number: row.number, line };
  }
}
