import { type Stats, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadCommandConfig } from '../config';
import { createBusinessCalendar } from '../domain/calendar';
import { systemClock } from '../runtime/clock';
import { parseUuid } from '../domain/uuid';
import type { StoreId } from '../domain/values';
import { CommandError, fail } from './fail';
import { interruption } from './interrupted';
import { openSink, SINK_HELP, SINK_OPTIONS } from './open-sink';
import type { ColumnChoice } from './pos/columns';
import { detectEncoding, ENCODINGS } from './pos/encoding';
import { type NumberedLine, readExport } from './pos/export';
import { findLayout } from './pos/layout';
import { type Sent, sendSales } from './pos/send-sales';
import { describeLayout, describeSent, describeSurvey, reportBadLines } from './pos/summary';
import { type Survey, survey } from './pos/survey';
import { createProgress } from './progress';

const HELP = `Usage: npm run sales:import -- --store <uuid> [options] <file.csv>

Imports the sales of a store from an export of its POS: one message sales.recorded for each line. All lines are checked
before the first is sent: if any cannot be used, they are listed with their line numbers, and nothing is imported.
Importing the same file again, or a longer one that contains its lines, adds only what is new (see docs/pos.md).

  --store <uuid>            the store that made the sales
  --dry-run                 checks and adds up the lines, and sends nothing
  --skip-bad-lines          imports the other lines
  --encoding <name>         utf-8, cp949 or utf-16le, where it is not detected
  --date-column <name>      the column of the day, where the header is ambiguous
  --amount-column <name>    the column of the amount
  --receipt-column <name>   the column of the receipt number
  --refund-column <name>    the column that marks refunds; none for no such column
  --refunds <meaning>       what a line marked as a refund means: subtract (money given back, the default), or
                            leave-out (the sale itself, which was cancelled)

${SINK_HELP}

BUSINESS_TIME_ZONE determines which day is today. Exits with 0 when every usable line was sent, else with 1.`;

const MEANINGS = ['subtract', 'leave-out'] as const;

const OPTIONS = {
  store: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  'skip-bad-lines': { type: 'boolean', default: false },
  encoding: { type: 'string' },
  'date-column': { type: 'string' },
  'amount-column': { type: 'string' },
  'receipt-column': { type: 'string' },
  'refund-column': { type: 'string' },
  refunds: { type: 'string', default: 'subtract' },
  ...SINK_OPTIONS,
  help: { type: 'boolean' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const storeId = readStore(values.store);
  const refunds = readChoice('--refunds', values.refunds, MEANINGS);
  const file = readFileName(positionals);
  const before = statistics(file);
  const config = loadCommandConfig(createBusinessCalendar);
  const calendar = createBusinessCalendar(config.service.businessTimeZone);
  const signal = interruption();

  const encoding =
    values.encoding === undefined
      ? await detectEncoding(file)
      : readChoice('--encoding', values.encoding, ENCODINGS);
  const layout = await findLayout(file, encoding, columnChoice(values));
  console.log(describeLayout(encoding, layout));
  const today = calendar.dayOf(systemClock.now());
  const read = (): AsyncGenerator<NumberedLine> =>
    readExport(file, encoding, layout, { columns: layout.columns, today, refunds });

  const found = await surveyWithProgress(read(), signal);
  console.log(describeSurvey(found));
  if (found.bad > 0 && !values['skip-bad-lines']) {
    throw new CommandError(
      `${found.bad} ${found.bad === 1 ? 'line' : 'lines'} cannot be used, so nothing was imported. Correct the file, ` +
        'or skip these lines with --skip-bad-lines.',
    );
  }
  if (values['dry-run']) return console.log('Nothing was sent (--dry-run).');
  requireUnchanged(before, statistics(file));

  const { destination, ...sink } = await openSink(values, config);
  const progress = createProgress();
  const count = found.sales + found.refunds;
  const onSent = ({ sent }: Sent): void => progress.update(() => `sent ${sent} of ${count}`);
  try {
    const sent = await sendSales(read(), { storeId, calendar, sink, onSent, signal });
    progress.end();
    console.log(describeSent(sent, destination));
    if (sent.sent < count)
      throw new CommandError(
        'Not all was sent. Run the same command again to complete it: nothing counts twice.',
      );
  } finally {
    progress.end();
    await sink.close();
  }
}

async function surveyWithProgress(lines: AsyncIterable<NumberedLine>, signal: AbortSignal): Promise<Survey> {
  const progress = createProgress();
  const badLines = reportBadLines();
  const found = await survey(lines, {
    onBad: (number, problem) => badLines.report(number, problem),
    onLine: ({ sales, refunds, bad }) =>
      progress.update(() => `read ${sales + refunds} sales, ${bad} bad lines`),
    signal,
  });
  progress.end();
  badLines.end();
  return found;
}

function readStore(text: string | undefined): StoreId {
  if (text === undefined) throw new CommandError('--store: is missing (the uuid of the store)');
  const storeId = parseUuid(text.trim());
  if (storeId === undefined) throw new CommandError('--store: must be a uuid');
  return storeId as StoreId;
}

function readChoice<Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text.toLowerCase());
  if (found === undefined) throw new CommandError(`${option}: must be one of ${choices.join(', ')}`);
  return found;
}

function readFileName(positionals: readonly string[]): string {
  const [file, ...others] = positionals;
  if (file === undefined) throw new CommandError('Which file? (see --help)');
  if (others.length > 0) throw new CommandError('One file at a time.');
  return file;
}

function columnChoice(values: {
  readonly 'date-column'?: string;
  readonly 'amount-column'?: string;
  readonly 'receipt-column'?: string;
  readonly 'refund-column'?: string;
}): ColumnChoice {
  return {
    date: values['date-column'],
    amount: values['amount-column'],
    receipt: values['receipt-column'],
    refund: values['refund-column'],
  };
}

function statistics(file: string): Stats {
  try {
    const found = statSync(file);
    if (found.isFile()) return found;
  } catch (cause) {
    throw new CommandError(`${file} cannot be read.`, { cause });
  }
  throw new CommandError(`${file} is no file.`);
}

/** Makes sure that what is sent is what was checked. */
function requireUnchanged(before: Stats, now: Stats): void {
  if (before.size === now.size && before.mtimeMs === now.mtimeMs && before.ino === now.ino) return;
  throw new CommandError('The file has changed while it was read: nothing was imported.');
}

main().then(() => process.exit(0), fail);
