import type { Options } from 'csv-parse';
// Its errors are of a class of their own, and not of the one that the streaming parser throws.
import { CsvError, parse } from 'csv-parse/sync';
import { CommandError } from '../fail';
import { type ColumnChoice, type Columns, likeness, quoteHeader, readHeader } from './columns';
import { type Encoding, readText } from './encoding';

/** How an export is laid out. */
export interface Layout {
  readonly delimiter: Delimiter;
  readonly columns: Columns;
  /** How many records stand before the first sale: titles, and the header itself. */
  readonly recordsBefore: number;
}

export const DELIMITERS = [',', '\t', ';'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** How far down a header is looked for, as exports begin with a title, the store's name, the days asked for. */
const DEEPEST_HEADER = 20;
const SAMPLE_LENGTH = 64 * 1024;

/**
 * How CSV is read here. Every line is a record, blank ones too, so that lines can be counted by records; a quote
 * inside a field that does not begin with one is a quote, as spreadsheets have it.
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
 * Finds the header in the beginning of a file, and by it the delimiter.
 *
 * @throws CommandError when no line is one, or when it leaves open which column is meant
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

/** As many as can be read: a field that is quoted and never closed ends them, and is reported when all is read. */
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

/** To show what was seen: the line that names most of what was looked for, and of those the widest. */
function likeliestHeader(records: readonly string[][], choice: ColumnChoice): readonly string[] {
  const rank = (record: readonly string[]): number => likeness(record, choice) * 1_000 + record.length;
  return records.reduce<readonly string[]>((best, record) => (rank(record) > rank(best) ? record : best), []);
}
