import type { Missing } from './compare-records';
import type { LogVerification } from './verify-log';
import type { PartitionReport } from './verify-partition';

/** For the person who has to repair it, line by line: what is missing, what else is wrong, and the counts of every partition. */
export function describeLog({ partitions, named }: LogVerification): string[] {
  const missing = partitions.reduce((count, report) => count + report.missing, 0);
  return [
    ...named.map(describeMissing),
    ...(missing > named.length ? [`… and ${missing - named.length} more`] : []),
    ...partitions.flatMap(({ findings }) => findings),
    ...tableOf(partitions),
  ];
}

function describeMissing({ topic, partition, offset, what }: Missing): string {
  return `missing: ${topic}/${partition}@${offset}: ${what}`;
}

const HEADINGS = [
  'topic/partition',
  'in the log',
  'applied',
  'dead letters',
  'sealed',
  'not applied yet',
  'missing',
  'oldest',
];

function tableOf(partitions: readonly PartitionReport[]): string[] {
  const rows = partitions.map((report) => [
    `${report.topic}/${report.partition}`,
    ...countsOf(report).map(String),
    report.oldest?.toISOString() ?? '–',
  ]);
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}

const countsOf = ({ inLog, applied, deadLetters, sealed, notAppliedYet, missing }: PartitionReport) => [
  inLog,
  applied,
  deadLetters,
  sealed,
  notAppliedYet,
  missing,
];
