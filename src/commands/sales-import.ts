import { type Stats, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadCommandConfig } from '../config';
import { createBusinessCalendar } from '../domain/calendar';
import { systemClock } from '../runtime/clock';
import { CommandError, fail } from './fail';
import { interruption } from './interrupted';
import { openSink } from './open-sink';
import { confirmUnchecked } from './pos/confirm';
import { readExport } from './pos/export';
import {
  HELP,
  OPTIONS,
  readColumnChoice,
  readFileName,
  readFileOptions,
  readRefunds,
  readStatedDay,
  readStore,
  readTotals,
} from './pos/import-options';
import { findLayout, type Stated } from './pos/layout';
import { openTables } from './pos/open-tables';
import type { NumberedLine } from './pos/sale-line';
import { type Sent, sendSales } from './pos/send-sales';
import {
  describeLayout,
  describeMismatch,
  describeSent,
  describeSurvey,
  reportBadLines,
} from './pos/summary';
import { type Survey, survey } from './pos/survey';
import type { TotalsFound } from './pos/totals';
import { createProgress } from './progress';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const storeId = readStore(values.store);
  const refunds = readRefunds(values) ?? 'subtract';
  const totalsAre = readTotals(values);
  const file = readFileName(positionals);
  const before = statistics(file);
  const config = loadCommandConfig(createBusinessCalendar);
  const calendar = createBusinessCalendar(config.service.businessTimeZone);
  const signal = interruption();

  const stated: Stated = {
    choice: readColumnChoice(values),
    writing: { format: values['date-format'], timeZone: values['time-zone'] },
    markWords: {},
    day: readStatedDay(values),
  };
  const layout = findLayout(await openTables(file, readFileOptions(values)), stated);
  console.log(describeLayout(layout, stated.day));
  const today = calendar.dayOf(systemClock.now());
  const read = (): AsyncGenerator<NumberedLine> => readExport(layout, { stated, today, refunds });

  const { found, totals } = await surveyWithProgress(read(), signal);
  console.log(describeSurvey(found, totals));
  requireUsable(found, values['skip-bad-lines']);
  if (totalsAre === 'check') requireAgreement(totals);
  if (values['dry-run']) return console.log('Nothing was sent (--dry-run).');
  if (!totals.isWholeChecked && !values.yes && totalsAre === 'check') await confirmUnchecked();
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

async function surveyWithProgress(
  lines: AsyncIterable<NumberedLine>,
  signal: AbortSignal,
): ReturnType<typeof survey> {
  const progress = createProgress();
  const badLines = reportBadLines();
  const surveyed = await survey(lines, {
    onBad: (number, problem) => badLines.report(number, problem),
    onLine: ({ sales, refunds, bad }) =>
      progress.update(() => `read ${sales + refunds} sales, ${bad} bad lines`),
    signal,
  });
  progress.end();
  badLines.end();
  return surveyed;
}

/** @throws CommandError when lines cannot be used; what can be read in two ways is not skipped */
function requireUsable({ bad, doubts }: Survey, mayBeSkipped: boolean): void {
  if (doubts > 0) {
    const what = doubts === 1 ? '1 line leaves' : `${doubts} lines leave`;
    throw new CommandError(
      `${what} a doubt, so nothing was imported. Say which is meant, by the option named.`,
    );
  }
  if (bad === 0 || mayBeSkipped) return;
  throw new CommandError(
    `${bad} ${bad === 1 ? 'line' : 'lines'} cannot be used, so nothing was imported. Correct the file, or skip these ` +
      'lines with --skip-bad-lines.',
  );
}

/** @throws CommandError when a total of the file says something else than its lines */
function requireAgreement({ mismatches }: TotalsFound): void {
  if (mismatches.length === 0) return;
  for (const mismatch of mismatches) console.error(describeMismatch(mismatch));
  throw new CommandError(
    "The file's own totals say something else than its lines, so nothing was imported. See which columns and refunds were " +
      'read; if the lines are right, say --totals ignore.',
  );
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
