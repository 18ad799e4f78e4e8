import type { Encoding } from './encoding';
import type { Layout } from './layout';
import type { Sent } from './send-sales';
import type { Survey } from './survey';

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

export function describeLayout(encoding: Encoding, { columns, delimiter }: Layout): string {
  const name = (index: number | undefined, none: string): string =>
    index === undefined ? none : `"${columns.names[index]!.trim()}"`;
  const between = { ',': 'commas', '\t': 'tabs', ';': 'semicolons' }[delimiter];
  return [
    `Read as ${encoding}, ${between} between the columns.`,
    `  day         ${name(columns.date, '')}`,
    `  amount      ${name(columns.amount, '')}`,
    `  receipt     ${name(columns.receipt, 'none: lines are told apart by their whole content')}`,
    `  refunds     ${name(columns.refund, 'only by a minus sign')}`,
  ].join('\n');
}

export function describeSurvey(found: Survey): string {
  const days = found.days.size === 0 ? 'none' : `${found.days.size}, ${found.firstDay} to ${found.lastDay}`;
  const net = found.salesAmount - found.refundsAmount;
  return [
    `  sales       ${grouped(found.sales)}, ${grouped(found.salesAmount)} won`,
    `  refunds     ${grouped(found.refunds)}, ${grouped(found.refundsAmount)} won`,
    `  net         ${grouped(net)} won`,
    `  days        ${days}`,
    ...(found.cancelled > 0 ? [`  left out    ${grouped(found.cancelled)} cancelled sales`] : []),
    ...(found.totals.length > 0 ? [`  left out    ${describeTotals(found.totals)}`] : []),
    ...(found.bad > 0 ? [`  bad         ${grouped(found.bad)} lines`] : []),
  ].join('\n');
}

export function describeSent({ sent, repeated }: Sent, destination: string): string {
  const before = repeated === undefined ? '' : `, ${grouped(repeated)} of which were known already`;
  return `Sent ${grouped(sent)} sales ${destination}${before}.`;
}

function describeTotals(numbers: readonly number[]): string {
  const named = numbers.slice(0, MOST_TOTALS_NAMED).join(', ');
  const rest = numbers.length - MOST_TOTALS_NAMED;
  return `${grouped(numbers.length)} sums over other lines (line ${named}${rest > 0 ? `, and ${rest} more` : ''})`;
}

function grouped(value: number | bigint): string {
  return value.toLocaleString('en-US');
}
