import type { Options } from 'csv-parse';
// The sync parser has its own CsvError class, different from that of the streaming parser.
import { CsvError, parse } from 'csv-parse/sync';
import { CommandError } from '../fail';
import { type ColumnChoice, type Columns, likeness, quoteHeader, readHeader } from './columns';
import { type Encoding, readText } from './encoding';

/** How an export is laid out. */
export interface Layout {
  readonly delimiter: Delimiter;
  readonly columns: Columns;
  /** How many records precede the first sale: titles and the header. */
  readonly recordsBefore: number;
}

const DELIMITERS = [',', '\t', ';'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** How many lines are searched for the header: exports begin with a title, the store's name, the selected days. */
const DEEPEST_HEADER = 20;
const SAMPLE_LENGTH = 64 * 1024;

/**
 * Options of the CSV parser. Every line is a record, blank ones too, so that records count lines; a quote inside an
 * unquoted field is a plain quote, as in spreadsheets.
 */
export function csvOptions(delimiter: Delimiter): Options {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
  };
}

/**
 * Finds the header at the beginning of a file, and the delimiter by it.
 *
 * @throws CommandError when no line is a header, or when a column is ambiguous
 */
export async function findLayout(file: string, encoding: Encoding, choice: ColumnChoice): Promise<Layout> {
  const sample = await beginningOf(file, encoding);
  const samples = DELIMITERS.map((delimiter) => ({ delimiter, records: firstRecords(sample, delimiter) }));
  const layouts = samples.flatMap(({ delimiter, records }) => layoutOf(delimiter, records, choice));
  const [best] = layouts.sort((one, other) => other.columns.names.length - one.columns.names.length);
  if (best) return best;
  throw new CommandError(
    'No line among the first names both a column of days and one of amounts: name them by --date-column and ' +
      `--amount-column. ${quoteHeader(
        likeliestHeader(
          samples.flatMap(({ records }) => records),
          choice,
        ),
      )}`,
  );
}

async function beginningOf(file: string, encoding: Encoding): Promise<string> {
  let text = '';
  for await (const chunk of readText(file, encoding)) {
    text += chunk;
    if (text.length >= SAMPLE_LENGTH) break;
  }
  return text.slice(0, SAMPLE_LENGTH);
}

/** The records before a quoted field that is never closed, if there is one: reading the whole file reports it. */
function firstRecords(sample: string, delimiter: Delimiter): string[][] {
  const records: string[][] = [];
  try {
    parse(sample, {
      ...csvOptions(delimiter),
      to: DEEPEST_HEADER,
      on_record: (record: string[]) => {
        records.push(record);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  return records;
}

function layoutOf(
  delimiter: Delimiter,
  records: readonly string[][],
  choice: ColumnChoice,
): readonly Layout[] {
  for (const [index, record] of records.entries()) {
    const columns = readHeader(record, choice);
    if (columns !== undefined) return [{ delimiter, columns, recordsBefore: index + 1 }];
  }
  return [];
}

/** The line to show in the error: the one that names the most wanted columns, and of those the widest. */
function likeliestHeader(records: readonly string[][], choice: ColumnChoice): readonly string[] {
  const rank = (record: readonly string[]): number => likeness(record, choice) * 1_000 + record.length;
  return records.reduce<readonly string[]>((best, record) => (rank(record) > rank(best) ? record : best), []);
}
