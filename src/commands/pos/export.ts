import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { CommandError } from '../fail';
import { type Encoding, readText } from './encoding';
import { csvOptions, type Layout } from './layout';
import { type ReadingOptions, readSaleLine, type SaleLine } from './sale-line';

/** A record with the line number that an editor shows: that of its first line, when a field contains line breaks. */
export interface NumberedLine {
  readonly number: number;
  readonly line: SaleLine;
}

/** No sale is longer; a field whose quote is not closed would continue to the end of the file. */
const LONGEST_LINE = 1_000_000;

/**
 * Reads the lines of an export below its header as a stream: memory does not grow with the file.
 *
 * @throws CommandError when a quote is not closed, so that it is unknown where lines end
 */
export async function* readExport(
  file: string,
  encoding: Encoding,
  { delimiter, recordsBefore }: Layout,
  options: ReadingOptions,
): AsyncGenerator<NumberedLine> {
  const parser = parse({ ...csvOptions(delimiter), max_record_size: LONGEST_LINE });
  const reading = pipeline(Readable.from(readText(file, encoding)), parser);
  // An error destroys the parser, which throws it below.
  reading.catch(() => undefined);
  let number = 1;
  let recordsRead = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      recordsRead += 1;
      if (recordsRead > recordsBefore) yield { number, line: readSaleLine(cells, options) };
      // Counted here, because the parser counts a CRLF inside quotes as two lines.
      number += 1 + lineBreaksIn(cells);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CommandError(
      `Line ${number} or soon after: a quoted field begins that does not end, so it is unknown where lines end.`,
      { cause: error },
    );
  }
}

function lineBreaksIn(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) if (/[\r\n]/.test(cell)) breaks += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  return breaks;
}
