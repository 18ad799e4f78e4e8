import { createHash } from 'node:crypto';
import type { LocalDay, MessageId, StoreId } from '../../domain/values';
import { meaningOf, numberByValue } from './cells';
import type { Columns } from './columns';
import type { DayReader, SaleMoment } from './days';
import type { Sale } from './sale-line';

/** Our own namespace (RFC 9562, 5.5). Changing it would make every sale a new one. */
const NAMESPACE = Buffer.from('6f2c1d5e9a7b4c3e8d105b7e2f4a9c61', 'hex');
/** Cannot be typed, so no cell contains it. */
const SEPARATOR = '\u001F';

/**
 * Derives the message id of every sale of one file: a uuid of version 5 from the store, the sale's identity, and its number
 * among identical sales of the file. Importing the file again gives the same ids, and a longer file adds only new sales.
 */
export function createIdentities(storeId: StoreId): (sale: Pick<Sale, 'identity'>) => MessageId {
  const seen = new Map<string, number>();
  return ({ identity }) => {
    const content = [storeId, ...identity].join(SEPARATOR);
    // Digests, to save memory for a million sales.
    const digest = createHash('sha1').update(content).digest('base64');
    const occurrence = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, occurrence);
    return nameBasedUuid(content + SEPARATOR + String(occurrence)) as MessageId;
  };
}

/**
 * The message id of what sets a store's day right. It follows from the sales that are stored beside those of the file: of
 * corrections that were computed from one state of the day, one alone can count.
 */
export function correctionId(storeId: StoreId, day: LocalDay, stateOfDay: string): MessageId {
  return nameBasedUuid([storeId, 'correction', day, stateOfDay].join(SEPARATOR)) as MessageId;
}

/**
 * What a sale is, however its line is spelt. With a receipt number: the number, because other columns may be worded
 * differently in the next export, and the amount, because the lines of a receipt, and a sale and its refund, share the number.
 * Without: the whole line with its time, except columns that depend on the file.
 */
export function identityOf(
  cells: readonly string[],
  columns: Columns,
  { day, time }: SaleMoment,
  won: number,
  readDay: DayReader,
): readonly string[] {
  const receipt = receiptOf(cells, columns);
  if (receipt !== undefined) return ['receipt', day, String(won), receipt.till, receipt.number];
  const others = otherCells(cells, columns).map((cell) => meaningOf(cell, readDay));
  // A spreadsheet may add empty columns at the end when it saves the file.
  while (others.at(-1) === '') others.pop();
  return ['line', day, time, String(won), ...others];
}

/** @returns undefined where the line has no receipt number */
export function receiptOf(
  cells: readonly string[],
  { receipt, till }: Columns,
): { readonly till: string; readonly number: string } | undefined {
  const number = receipt === undefined ? '' : numberByValue(cells[receipt] ?? '');
  if (number === '') return undefined;
  return { till: till === undefined ? '' : numberByValue(cells[till] ?? ''), number };
}

/** The cells that tell a line without a receipt number from others. */
export function otherCells(
  cells: readonly string[],
  { day, amount, ofThisFile }: Columns,
): readonly string[] {
  const read = new Set([day, amount, ...ofThisFile]);
  return cells.filter((_, index) => !read.has(index));
}

function nameBasedUuid(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
