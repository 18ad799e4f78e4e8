import { parseUuid } from '../../domain/uuid';
import type { LocalDay, StoreId } from '../../domain/values';
import { CommandError } from '../fail';
import { SINK_HELP, SINK_OPTIONS } from '../open-sink';
import type { ColumnChoice } from './column-choice';
import { parseSaleMoment } from './days';
import { ENCODINGS } from './encoding';
import { type KeptLayout, loadLayout } from './layout-file';
import type { Stated } from './layout';
import type { FileOptions } from './open-tables';

export const HELP = `Usage: npm run sales:import -- --store <uuid> [options] <file>

Imports the sales of a store from an export of its POS: one message sales.recorded for each line. All lines are checked
before the first is sent: if any cannot be used, they are listed with their line numbers, and nothing is imported. The
file's own totals are compared with the lines; a file without them is shown, and asked about. Importing the same file
again, or a longer one that contains its lines, adds only what is new (see docs/pos.md).

  --store <uuid>            the store that made the sales
  --dry-run                 checks and adds up the lines, and sends nothing
  --yes                     imports what no total of the file confirms, without asking
  --totals <check|ignore>   ignore: imports although the file's totals say something else
  --skip-bad-lines          imports the other lines
  --replace-days            states the file's days anew: what else is stored of them is balanced by a correction. Reads
                            DATABASE_URL or DATA_DIR to see what is stored. Not with --skip-bad-lines
  --add-days                imports a list of one line a day as it stands: none of its days is imported again later
  --encoding <name>         utf-8, cp949 or utf-16le, where it is not detected
  --layout <name|file>      how this POS exports: a name of docs/pos.md, or a file that --save-layout wrote
  --save-layout <file.yaml> keeps how the file was read, and that it is right for this store, when all was sent
  --sheet <name|number>     the sheet of a workbook, where several look like exports
  --password <password>     of a workbook that is locked

Columns, where the header leaves a doubt: by name (of two header rows as 순매출/금액), by number, or by letter.
  --date-column <column>    the day
  --amount-column <column>  the amount
  --receipt-column <column> the receipt number
  --till-column <column>    the till
  --refund-column <column>  the column that marks refunds; none for no such column
  --refund-amount-column <column>
                            what was given back of a line's amount, to be taken off; none if it is not
  --store-column <column>   which store made the sale: a file of several is refused; none if it tells something else
  --amounts <line|receipt>  whether an amount is that of its line, or stands on each line of a receipt and is that of all
  --sum-lines <leave-out|sales>
                            what lines are that have the sum of others, and no word that says so
  --refunds <meaning>       what a line marked as a refund means: subtract (money given back, the default), or
                            leave-out (the sale itself, which was cancelled)
Days
  --date <day>              the day of all sales, where no column has it
  --date-format <format>    how days are written, where it is not the usual: MM/DD/YY
  --time-zone <zone>        the store's zone, where times have an offset: Asia/Seoul

${SINK_HELP}

BUSINESS_TIME_ZONE determines which day is today. Exits with 0 when every usable line was sent, else with 1.`;

export const OPTIONS = {
  store: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  totals: { type: 'string' },
  'skip-bad-lines': { type: 'boolean', default: false },
  'replace-days': { type: 'boolean', default: false },
  encoding: { type: 'string' },
  layout: { type: 'string' },
  'save-layout': { type: 'string' },
  sheet: { type: 'string' },
  password: { type: 'string' },
  'date-column': { type: 'string' },
  'amount-column': { type: 'string' },
  'receipt-column': { type: 'string' },
  'till-column': { type: 'string' },
  'refund-column': { type: 'string' },
  'store-column': { type: 'string' },
  'refund-amount-column': { type: 'string' },
  refunds: { type: 'string' },
  amounts: { type: 'string' },
  'sum-lines': { type: 'string' },
  'add-days': { type: 'boolean', default: false },
  date: { type: 'string' },
  'date-format': { type: 'string' },
  'time-zone': { type: 'string' },
  ...SINK_OPTIONS,
  help: { type: 'boolean' },
} as const;

/** The options as they were given. */
export type Given = Readonly<
  Partial<
    Record<
      Exclude<
        keyof typeof OPTIONS,
        'dry-run' | 'yes' | 'skip-bad-lines' | 'replace-days' | 'add-days' | 'help'
      >,
      string
    >
  >
>;

const MEANINGS = ['subtract', 'leave-out'] as const;
const TOTALS = ['check', 'ignore'] as const;
const AMOUNTS = ['line', 'receipt'] as const;
const SUM_LINES = ['leave-out', 'sales'] as const;
const COLUMNS = ['date', 'amount', 'receipt', 'till', 'refund', 'refundAmount', 'store'] as const;

export function readStore(text: string | undefined): StoreId {
  if (text === undefined) throw new CommandError('--store: is missing (the uuid of the store)');
  const storeId = parseUuid(text.trim());
  if (storeId === undefined) throw new CommandError('--store: must be a uuid');
  return storeId as StoreId;
}

/** @throws CommandError when days would become what is left of a file whose other lines are skipped */
export function requireWholeDays(given: {
  readonly 'replace-days': boolean;
  readonly 'skip-bad-lines': boolean;
}): void {
  if (!given['replace-days'] || !given['skip-bad-lines']) return;
  throw new CommandError(
    '--replace-days: does not go with --skip-bad-lines, as the lines that are skipped would be taken out of their days. ' +
      'Correct the file.',
  );
}

export function readFileName(positionals: readonly string[]): string {
  const [file, ...others] = positionals;
  if (file === undefined) throw new CommandError('Which file? (see --help)');
  if (others.length > 0) throw new CommandError('One file at a time.');
  return file;
}

export function readKept({ layout }: Given): KeptLayout {
  return layout === undefined ? {} : loadLayout(layout);
}

export function readRefunds(given: Given, kept: KeptLayout): (typeof MEANINGS)[number] {
  return readChoice('--refunds', given.refunds ?? kept.refunds ?? 'subtract', MEANINGS);
}

export function readTotals(given: Given, kept: KeptLayout): (typeof TOTALS)[number] {
  return readChoice('--totals', given.totals ?? kept.totals ?? 'check', TOTALS);
}

export function readFileOptions({ encoding, sheet, password }: Given, kept: KeptLayout): FileOptions {
  return {
    encoding: encoding === undefined ? undefined : readChoice('--encoding', encoding, ENCODINGS),
    ...{ sheet: sheet ?? kept.sheet, password },
  };
}

/** Whether the store's owner has found a layout right that reads the file, with no option that reads it otherwise. */
export function isConfirmedFor(storeId: StoreId, given: Given, kept: KeptLayout): boolean {
  const overrides: readonly (readonly [given: string | undefined, kept: string | undefined])[] = [
    ...COLUMNS.map((column) => [readColumnChoice(given)[column], kept.columns?.[column]] as const),
    [given.refunds?.toLowerCase(), kept.refunds ?? 'subtract'],
    [given.amounts?.toLowerCase(), kept.amounts],
    [given['sum-lines']?.toLowerCase(), kept.sumLines],
    [given['date-format'], kept.dateFormat],
    [given['time-zone'], kept.timeZone],
  ];
  const isReadOtherwise = overrides.some(([option, layout]) => option !== undefined && option !== layout);
  return !isReadOtherwise && kept.confirmedFor?.includes(storeId) === true;
}

/** What options state about the file, and where they are silent a layout that was kept. */
export function statedBy(given: Given, kept: KeptLayout): Stated {
  const { amounts = kept.amounts, 'sum-lines': sumLines = kept.sumLines } = given;
  return {
    amounts: amounts === undefined ? undefined : readChoice('--amounts', amounts, AMOUNTS),
    sumLines: sumLines === undefined ? undefined : readChoice('--sum-lines', sumLines, SUM_LINES),
    choice: { ...kept.columns, ...readColumnChoice(given) },
    writing: {
      format: given['date-format'] ?? kept.dateFormat,
      timeZone: given['time-zone'] ?? kept.timeZone,
    },
    markWords: kept.marks ?? {},
    day: readStatedDay(given),
  };
}

/** @throws CommandError when the text is no day that exists */
function readStatedDay({ date }: Given): LocalDay | undefined {
  if (date === undefined) return undefined;
  const moment = parseSaleMoment(date);
  if (moment === undefined || moment.time !== '')
    throw new CommandError('--date: must be a day like 2026-10-02');
  return moment.day;
}

/** Only what was given, so that it stands before a layout. */
function readColumnChoice(given: Given): ColumnChoice {
  const choice = {
    date: given['date-column'],
    amount: given['amount-column'],
    receipt: given['receipt-column'],
    till: given['till-column'],
    refund: given['refund-column'],
    refundAmount: given['refund-amount-column'],
    store: given['store-column'],
  };
  return Object.fromEntries(Object.entries(choice).filter(([, chosen]) => chosen !== undefined));
}

function readChoice<Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text.toLowerCase());
  if (found === undefined) throw new CommandError(`${option}: must be one of ${choices.join(', ')}`);
  return found;
}
