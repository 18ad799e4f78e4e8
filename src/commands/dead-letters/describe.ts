import { type LetterSummary, stateOf, type WholeLetter } from '../../database/dead-letters/stored-letters';
import { textOf } from '../../database/dead-letters/letter-text';
import { describeBytes, oneLine } from './plain-text';

/** In characters. */
const LONGEST_REASON = 100;

const time = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();
/** What a sender wrote as the time of a record is any number of 64 bits. */
const timeOfRecord = (timestamp: bigint): string => {
  const date = new Date(Number(timestamp));
  return Number.isNaN(date.getTime()) ? `no date: ${timestamp}` : date.toISOString();
};

const HEADINGS = ['id', 'message', 'rejected at', 'state', 'bytes', 'reason'];

/** A table with one line for each letter. */
export function describeLetters(letters: readonly LetterSummary[]): string {
  const rows = [HEADINGS, ...letters.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(letter: LetterSummary): string[] {
  const { id, topic, partition, offset, rejectedAt, sizeBytes, reason } = letter;
  const message = oneLine(`${topic}/${partition}/${offset}`);
  const short = reason.length <= LONGEST_REASON ? reason : `${reason.slice(0, LONGEST_REASON)}…`;
  const at = new Date(rejectedAt).toISOString();
  return [id.toString(), message, at, stateOf(letter), String(sizeBytes), oneLine(short)];
}

/** A letter without its content, for other programs. */
export function summaryJson(letter: LetterSummary): Record<string, unknown> {
  const { id, topic, partition, offset, reason, sizeBytes, attempts, failure } = letter;
  return {
    id: id.toString(),
    topic,
    partition,
    offset: offset.toString(),
    reason,
    rejectedAt: time(letter.rejectedAt),
    state: stateOf(letter),
    sizeBytes,
    attempts,
    failure,
    sendAt: time(letter.sendAt),
    sentAt: time(letter.sentAt),
    replayedAt: time(letter.replayedAt),
    erasedAt: time(letter.erasedAt),
  };
}

/** A letter with its content: each part in base64, and as text where it is text. */
export function wholeJson(letter: WholeLetter): Record<string, unknown> {
  const part = (bytes: Buffer | null): unknown =>
    bytes && { base64: bytes.toString('base64'), text: textOf(bytes) ?? null };
  return {
    ...summaryJson(letter),
    digest: letter.digest,
    recordTimestamp: letter.timestamp === null ? null : timeOfRecord(letter.timestamp),
    headers: letter.headers.map(([name, value]) => ({ name, value: part(fromBase64(value)) })),
    key: part(letter.key),
    value: part(letter.value),
  };
}

export function describeWhole(letter: WholeLetter): string {
  const { id, topic, partition, offset, digest, timestamp, reason, failure, attempts } = letter;
  const lines: [string, string | null][] = [
    ['id', id.toString()],
    ['message', `${topic}/${partition}/${offset}`],
    ['its timestamp', timestamp === null ? 'none' : timeOfRecord(timestamp)],
    ['its digest', digest],
    ['reason', reason],
    ['rejected at', time(letter.rejectedAt)],
    ['sent at', time(letter.sentAt)],
    ['to be sent at', time(letter.sendAt)],
    ['attempts', String(attempts)],
    ['last failure', failure],
    ['replayed at', time(letter.replayedAt)],
    ['erased at', time(letter.erasedAt)],
  ];
  return [
    ...lines.flatMap(([name, text]) => (text === null ? [] : [`${name.padEnd(14)} ${oneLine(text)}`])),
    ...letter.headers.map(
      ([name, value]) => `${'header'.padEnd(14)} ${oneLine(`${name}: ${describeBytes(fromBase64(value))}`)}`,
    ),
    `${'key'.padEnd(14)} ${oneLine(describeBytes(letter.key))}`,
    `${'value'.padEnd(14)} ${letter.value === null ? '' : `${letter.value.length} bytes`}`.trimEnd(),
    describeBytes(letter.value),
  ].join('\n');
}

function fromBase64(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'base64');
}
