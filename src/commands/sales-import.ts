import { type Stats, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { vocabulary } from '../composition/vocabulary';
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
  isConfirmedFor,
  OPTIONS,
  readFileName,
  readFileOptions,
  readKept,
  readRefunds,
  readStore,
  readTotals,
  requireWholeDays,
  statedBy,
} from './pos/import-options';
import { findLayout, type Layout } from './pos/layout';
import { requireKeepable, saveLayout } from './pos/layout-file';
import {
  ABOUT_DAY_LISTS,
  aboutCancelled,
  requireAmountsOfLines,
  requireRefundsSaid,
  requireSumsSaid,
} from './pos/noticed';
import { requireOneStore } from './pos/one-store';
import { openTables } from './pos/open-tables';
import { databaseToLookAt, planCorrections, requireReplaced, sendCorrections } from './pos/replace-days';
import { statedDays } from './pos/day-corrections';
import type { NumberedLine } from './pos/sale-line';
import { requireOpenDays } from './pos/sealed-days';
import { type Sent, sendSales } from './pos/send-sales';
import {
  describeCorrections,
  describeLayout,
  describeMismatch,
  describeSent,
  describeSurvey,
  reportBadLines,
} from './pos/summary';
import { type Survey, survey, type Surveyed } from './pos/survey';
import { findSumsToLeaveOut } from './pos/sums-left-out';
import { createProgress } from './progress';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const storeId = readStore(values.store);
  requireWholeDays(values);
  const kept = readKept(values);
  requireKeepable(values['save-layout']);
  const refunds = readRefunds(values, kept);
  const statedRefunds = values.refunds ?? kept.refunds;
  const totalsAre = readTotals(values, kept);
  const stated = statedBy(values, kept);
  const file = readFileName(positionals);
  const before = statistics(file);
  const config = loadCommandConfig(vocabulary);
  const calendar = createBusinessCalendar(config.service.businessTimeZone);
  const signal = interruption();

  const fileOptions = readFileOptions(values, kept);
  const layout = findLayout(await openTables(file, fileOptions), stated);
  console.log(describeLayout(layout, stated.day));
  const today = calendar.dayOf(systemClock.now());
  const sums = await findSumsToLeaveOut(layout, { stated, today, refunds });
  const read = (): AsyncGenerator<NumberedLine> => readExport(layout, { stated, today, refunds, sums });

  const surveyed = await surveyWithProgress(read(), layout, signal);
  const { found, totals } = surveyed;
  console.log(describeSurvey(found, totals, layout.columns));
  requireOneStore(layout.columns, found);
  requireUsable(found, values['skip-bad-lines']);
  if (totalsAre === 'check') requireAgreement(surveyed, statedRefunds);
  requireRefundsSaid(surveyed, statedRefunds);
  requireSumsSaid(surveyed, stated.sumLines);
  requireAmountsOfLines(surveyed, stated.amounts);
  const addDays = values['add-days'] || kept.addDays === true;
  const isUnclearDayList = surveyed.isDayList && !values['replace-days'] && !addDays;
  const openDatabase = values['replace-days']
    ? databaseToLookAt(config.service, values.url !== undefined || config.service.kafka !== undefined)
    : undefined;
  const stating = openDatabase === undefined ? [] : await statedDays(read(), storeId);
  const named = [...found.days, ...stating.map(({ day }) => day)];
  if (values.url === undefined) await requireOpenDays(config.service, storeId, new Set(named));
  const corrections = openDatabase === undefined ? [] : await planCorrections(openDatabase, storeId, stating);
  if (openDatabase !== undefined) console.log(describeCorrections(corrections));
  if (isUnclearDayList && values['dry-run']) console.log(ABOUT_DAY_LISTS);
  if (values['dry-run']) return console.log('Nothing was sent (--dry-run).');
  if (isUnclearDayList) throw new CommandError(ABOUT_DAY_LISTS);
  const isConfirmed = totals.isWholeChecked || isConfirmedFor(storeId, values, kept);
  if (!isConfirmed && !values.yes) await confirmUnchecked();
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
    await sendCorrections(corrections, { sink, storeId, calendar });
  } finally {
    progress.end();
    await sink.close();
  }
  if (openDatabase !== undefined) await requireReplaced(openDatabase, storeId, stating, corrections);
  const saveTo = values['save-layout'];
  if (saveTo === undefined) return;
  const { name } = kept;
  // What has not been asked about yet is asked about for the next file.
  const keptRefunds = statedRefunds === undefined && found.refunds === 0 ? undefined : refunds;
  const reading = {
    layout,
    stated,
    refunds: keptRefunds,
    totals: totalsAre,
    name,
    sheet: fileOptions.sheet,
    addDays,
  };
  saveLayout(saveTo, reading, storeId);
}

async function surveyWithProgress(
  lines: AsyncIterable<NumberedLine>,
  layout: Layout,
  signal: AbortSignal,
): Promise<Surveyed> {
  const progress = createProgress();
  const badLines = reportBadLines();
  const surveyed = await survey(lines, {
    layout,
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
function requireAgreement(
  { totals: { mismatches }, cancelledInDoubt }: Surveyed,
  statedRefunds: string | undefined,
): void {
  if (mismatches.length === 0) return;
  for (const mismatch of mismatches) console.error(describeMismatch(mismatch));
  if (cancelledInDoubt !== undefined && statedRefunds === undefined)
    console.error(aboutCancelled(cancelledInDoubt));
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
