import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CancelledInDoubt } from '../../../../src/commands/pos/cancelled-marks';
import type { ColumnChoice } from '../../../../src/commands/pos/column-choice';
import { readExport } from '../../../../src/commands/pos/export';
import { findLayout, type Layout, type Stated } from '../../../../src/commands/pos/layout';
import type { ReadingOptions } from '../../../../src/commands/pos/line-reader';
import { openTables } from '../../../../src/commands/pos/open-tables';
import type { NumberedLine, Sale } from '../../../../src/commands/pos/sale-line';
import type { RepeatedAmount } from '../../../../src/commands/pos/repeated-amounts';
import { type Survey, survey } from '../../../../src/commands/pos/survey';
import { findSumsToLeaveOut } from '../../../../src/commands/pos/sums-left-out';
import type { UntoldSum } from '../../../../src/commands/pos/untold-sums';
import type { TotalsFound } from '../../../../src/commands/pos/totals';
import type { LocalDay } from '../../../../src/domain/values';

const folder = mkdtempSync(path.join(tmpdir(), 'pos-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** Lines as a spreadsheet ends them. */
export const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

export function fileOf(content: string | Buffer): string {
  const file = path.join(folder, `${count++}.csv`);
  writeFileSync(file, content);
  return file;
}

export interface ReadExport {
  readonly layout: Layout;
  readonly lines: readonly NumberedLine[];
  readonly found: Survey;
  readonly totals: TotalsFound;
  readonly repeated: RepeatedAmount | undefined;
  readonly isDayList: boolean;
  readonly cancelledInDoubt: CancelledInDoubt | undefined;
  readonly untoldSum: UntoldSum | undefined;
}

/** Reads an export the way the command does, with what is stated about it. */
export async function readStated(
  content: string | Buffer,
  stated: Partial<Stated> & Partial<Pick<ReadingOptions, 'refunds'>> = {},
): Promise<ReadExport> {
  const { refunds = 'subtract', ...given } = stated;
  const whole: Stated = { choice: {}, writing: {}, markWords: {}, day: undefined, ...given };
  const layout = findLayout(await openTables(fileOf(content), {}), whole);
  const lines: NumberedLine[] = [];
  const options = { stated: whole, today: '2026-10-31' as LocalDay, refunds };
  const reading = readExport(layout, { ...options, sums: await findSumsToLeaveOut(layout, options) });
  const { totals, ...noticed } = await survey(keeping(reading, lines), {
    ...{ layout, onBad: () => undefined, onLine: () => undefined },
    signal: new AbortController().signal,
  });
  return { layout, lines, totals, ...noticed };
}

async function* keeping(
  lines: AsyncIterable<NumberedLine>,
  kept: NumberedLine[],
): AsyncGenerator<NumberedLine> {
  for await (const line of lines) {
    kept.push(line);
    yield line;
  }
}

export function read(
  content: string | Buffer,
  choice: ColumnChoice = {},
  refunds: ReadingOptions['refunds'] = 'subtract',
): Promise<ReadExport> {
  return readStated(content, { choice, refunds });
}

export function salesOf({ lines }: ReadExport): readonly Sale[] {
  return lines.flatMap(({ line }) => (line.kind === 'sale' ? [line] : []));
}

/** Won by day. */
export function daysOf(found: ReadExport): Record<string, number> {
  const days: Record<string, number> = {};
  for (const { day, amount } of salesOf(found)) days[day] = (days[day] ?? 0) + amount;
  return days;
}

/** The amounts of its sales, and what is said of its other lines, each under its number. */
export function told({ lines }: ReadExport): Record<number, number | string> {
  return Object.fromEntries(
    lines.map(({ number, line }) => [
      number,
      line.kind === 'sale' ? line.amount : line.kind === 'bad' ? line.problem : line.kind,
    ]),
  );
}
