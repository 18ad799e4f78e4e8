import { letterOf } from './column-choice';
import { type ColumnName, shown } from './column-names';
import type { DayCorrection } from './day-corrections';
import type { Layout } from './layout';
import type { Sent } from './send-sales';
import type { Columns } from './columns';
import type { Extreme, Survey, SumsLeftOut } from './survey';
import type { TotalMismatch } from './measured-totals';
import type { NotCompared, TotalsFound } from './totals';

/** The output of the import. */

const MOST_NAMED = 200;
const MOST_TOTALS_NAMED = 10;

/** Prints bad lines to standard error as they are found; above a limit only their count. */
export function reportBadLines(): { report(number: number, problem: string): void; end(): void } {
  let count = 0;
  return {
    report(number, problem) {
      count += 1;
      if (count <= MOST_NAMED) console.error(`line ${number}: ${problem}`);
    },
    end() {
      if (count > MOST_NAMED) console.error(`… and ${count - MOST_NAMED} more`);
    },
  };
}

export function describeLayout({ table, columns, titleDays }: Layout, statedDay: string | undefined): string {
  const names = (indexes: readonly (number | undefined)[], none: string): string => {
    const found = indexes.flatMap((index) => (index === undefined ? [] : [toldApart(columns.names, index)]));
    return found.length === 0 ? none : found.join(' and ');
  };
  const titles = titleDays.filter((day) => day !== statedDay);
  const beside = titles.length > 0 ? ` (the title says ${titles.join(', ')})` : '';
  return [
    `Read as ${table.description}.`,
    `  day         ${columns.day === undefined ? `${statedDay}, as stated${beside}` : names([columns.day], '')}`,
    `  amount      ${names([columns.amount], '')}`,
    `  receipt     ${names([columns.receipt], 'none: lines are told apart by their whole content')}`,
    `  refunds     ${names(
      columns.marks.map(({ column }) => column),
      'only by a minus sign',
    )}`,
    ...(columns.refundAmount === undefined ? [] : [`  taken off   ${names([columns.refundAmount], '')}`]),
  ].join('\n');
}

export function describeSurvey(
  found: Survey,
  { isWholeChecked, notCompared }: TotalsFound,
  columns: Columns,
): string {
  const days = found.days.size === 0 ? 'none' : `${found.days.size}, ${found.firstDay} to ${found.lastDay}`;
  const net = found.salesAmount - found.refundsAmount;
  return [
    `  sales       ${grouped(found.sales)}, ${grouped(found.salesAmount)} won`,
    `  refunds     ${grouped(found.refunds)}, ${grouped(found.refundsAmount)} won`,
    `  net         ${grouped(net)} won${isWholeChecked ? ', as the file adds up itself' : ''}`,
    `  days        ${days}`,
    ...describeExtremes(found),
    ...(found.cancelled > 0 ? [`  left out    ${grouped(found.cancelled)} cancelled sales`] : []),
    ...(found.continued > 0
      ? [`  left out    ${grouped(found.continued)} further lines of receipts, without an amount`]
      : []),
    ...(found.totals.length > 0 ? [`  left out    ${describeTotals(found.totals)}`] : []),
    ...describeSumsLeftOut(found.sumsLeftOut, columns),
    ...notCompared.map(describeNotCompared),
    ...(found.bad > 0 ? [`  bad         ${grouped(found.bad)} lines`] : []),
  ].join('\n');
}

export function describeMismatch({ number, name, says, sum }: TotalMismatch): string {
  return `line ${number}: ${name} says ${grouped(says)} won, the lines that it covers add up to ${grouped(sum)}`;
}

export function describeSent({ sent, repeated }: Sent, destination: string): string {
  const before = repeated === undefined ? '' : `, ${grouped(repeated)} of which were known already`;
  return `Sent ${grouped(sent)} sales ${destination}${before}.`;
}

export function describeCorrections(corrections: readonly DayCorrection[]): string {
  const width = 18;
  const row = (day: string, ...cells: readonly string[]): string =>
    `  ${day.padEnd(10)}${cells.map((cell) => cell.padStart(width)).join('')}`;
  return [
    row('day', 'was', 'is', 'correction'),
    ...corrections.map(({ day, was, is, correction }) =>
      row(day, grouped(was), grouped(is), grouped(correction)),
    ),
  ].join('\n');
}

/** Each by what it has: a sale may look like it. */
export function describeSumsLeftOut(left: SumsLeftOut, { names }: Columns): readonly string[] {
  return [...left.values()].map(({ sign: { column, word }, lines, won }) => {
    const name = shown(names[column]!);
    const having = word === '' ? `without ${name}` : `with "${word}" under ${name}`;
    return `  left out    ${grouped(lines)} ${lines === 1 ? 'line' : 'lines'} ${having}, ${grouped(won)} won`;
  });
}

function describeExtremes({ smallest, largest }: Survey): readonly string[] {
  if (smallest === undefined || largest === undefined) return [];
  const told = ({ number, day, amount }: Extreme): string =>
    `${grouped(amount)} won on ${day} (line ${number})`;
  return [`  smallest    ${told(smallest)}`, `  largest     ${told(largest)}`];
}

function describeNotCompared({ number, name, says }: NotCompared): string {
  return `  unchecked   ${name} (line ${number}) says ${grouped(says)} won; which lines it is of is not known`;
}

function describeTotals(numbers: readonly number[]): string {
  const named = numbers.slice(0, MOST_TOTALS_NAMED).join(', ');
  const rest = numbers.length - MOST_TOTALS_NAMED;
  return `${grouped(numbers.length)} sums over other lines (line ${named}${rest > 0 ? `, and ${rest} more` : ''})`;
}

/** A name, with its letter where another column has the same. */
function toldApart(names: readonly ColumnName[], index: number): string {
  const name = shown(names[index]!);
  const isAlone = names.filter((other) => shown(other) === name).length === 1;
  return isAlone ? `"${name}"` : `${letterOf(index)} "${name}"`;
}

function grouped(value: number | bigint): string {
  return value.toLocaleString('en-US');
}
