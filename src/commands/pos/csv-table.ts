import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Options, parse } from 'csv-parse';
// The sync parser has its own CsvError class, different from that of the streaming parser.
import { CsvError as SyncCsvError, parse as parseSync } from 'csv-parse/sync';
import { CommandError } from '../fail';
import { plainCell } from './cells';
import { type Encoding, readText } from './encoding';
import type { Row, Table } from './table';

const DELIMITERS = [',', '\t', ';'] as const;
type Delimiter = (typeof DELIMITERS)[number];
const BETWEEN: Record<Delimiter, string> = { ',': 'commas', '\t': 'tabs', ';': 'semicolons' };

const SAMPLE_LENGTH = 256 * 1024;
const SAMPLE_ROWS = 1_000;
/** No sale is longer; a field whose quote is not closed would continue to the end of the file. */
const LONGEST_LINE = 1_000_000;

/** The tables that a text may be, one for each character that may stand between its columns: the header tells which it is. */
export async function csvTables(file: string, encoding: Encoding): Promise<Table[]> {
  const sample = await beginningOf(file, encoding);
  return DELIMITERS.map((delimiter) => ({
    description: `${encoding}, ${BETWEEN[delimiter]} between the columns`,
    beginning: firstRows(sample, delimiter),
    rows: () => readRows(file, encoding, delimiter),
  }));
}

/**
 * Every line is a record, blank ones too, so that records count lines; a quote inside an unquoted field is a plain quote, as
 * in spreadsheets.
 */
function csvOptions(delimiter: Delimiter): Options {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
  };
}

async function beginningOf(file: string, encoding: Encoding): Promise<string> {
  let text = '';
  for await (const chunk of readText(file, encoding)) {
    text += chunk;
    if (text.length >= SAMPLE_LENGTH) break;
  }
  return text.length < SAMPLE_LENGTH ? text : withoutBrokenLine(text.slice(0, SAMPLE_LENGTH));
}

function withoutBrokenLine(text: string): string {
  const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
  return end < 0 ? text : text.slice(0, end);
}

/** The rows before a quoted field that is never closed, if there is one: reading the whole file reports it. */
function firstRows(sample: string, delimiter: Delimiter): Row[] {
  const rows: Row[] = [];
  const number = numbering();
  try {
    parseSync(sample, {
      ...csvOptions(delimiter),
      to: SAMPLE_ROWS,
      on_record: (record: string[]) => {
        rows.push({ number: number.of(record), cells: record.map(plainCell) });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof SyncCsvError)) throw error;
  }
  return rows;
}

/**
 * Reads the lines as a stream: memory does not grow with the file.
 *
 * @throws CommandError when a quote is not closed, so that it is unknown where lines end
 */
async function* readRows(file: string, encoding: Encoding, delimiter: Delimiter): AsyncGenerator<Row> {
  const parser = parse({ ...csvOptions(delimiter), max_record_size: LONGEST_LINE });
  const reading = pipeline(Readable.from(readText(file, encoding)), parser);
  // An error destroys the parser, which throws it below.
  reading.catch(() => undefined);
  const number = numbering();
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      yield { number: number.of(record), cells: record.map(plainCell) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CommandError(
      `Line ${number.next()} or soon after: a quoted field begins that does not end, so it is unknown where lines end.`,
      { cause: error },
    );
  }
}

/** Counts lines by records, because the parser counts a CRLF inside quotes as two lines. */
function numbering(): { of(record: readonly string[]): number; next(): number } {
  let next = 1;
  return {
    of(record) {
      const number = next;
      next += 1 + lineBreaksIn(record);
      return number;
    },
    next: () => next,
  };
}

function lineBreaksIn(record: readonly string[]): number {
  let breaks = 0;
  for (const cell of record) if (/[\r\n]/.test(cell)) breaks += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  return breaks;
}
