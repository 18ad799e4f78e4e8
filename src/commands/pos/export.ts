import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { CommandError } from '../fail';
import { type Encoding, readText } from './encoding';
import { csvOptions, type Layout } from './layout';
import { type ReadingOptions, readSaleLine, type SaleLine } from './sale-line';

/** A line of the file, by the number that an editor shows for it: that of its first, when a field breaks it. */
export interface NumberedLine {
  readonly number: number;
  readonly line: SaleLine;
}

/** A field goes on to the end of the file, or a single line is longer than any sale. */
const LONGEST_LINE = 1_000_000;

/**
 * Reads the lines of an export below its header, one after another, in memory that does not grow with the file.
 *
 * @throws CommandError when quotes leave open where lines end, so that nothing behind them can be trusted
 */
export async function* readExport(
  file: string,
  encoding: Encoding,
  { delimiter, recordsBefore }: Layout,
  options: ReadingOptions,
): AsyncGenerator<NumberedLine> {
  const parser = parse({ ...csvOptions(delimiter), max_record_size: LONGEST_LINE });
  const reading = pipeline(Readable.from(readText(file, encoding)), parser);
  // What goes wrong is heard from the parser, which is destroyed by it.
  reading.catch(() => undefined);
  let number = 1;
  let recordsRead = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      recordsRead += 1;
      if (recordsRead > recordsBefore) yield { number, line: readSaleLine(cells, options) };
      // Counted here, as the parser takes a CRLF inside quotes for two lines.
      number += 1 + lineBreaksIn(cells);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CommandError(
      `Line ${number} or soon after: a quoted field begins that does not end, so nobody can say where lines end.`,
      { cause: error },
    );
  }
}

function lineBreaksIn(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) if (/[\r\n]/.test(cell)) breaks += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  return breaks;
}
