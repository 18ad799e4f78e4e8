import { CommandError } from '../../fail';

/** Workbooks are held in memory whole, so that what they may be is bounded: a year of a shop's receipts is 10 MB. */

const LARGEST_FILE = 64 * 1024 * 1024;
/** What a zip may hold when it is unpacked, in bytes. */
export const LARGEST_CONTENT = 256 * 1024 * 1024;
export const MOST_COLUMNS = 500;

/** @throws CommandError for a file that is too large to be held in memory */
export function requireReadable(bytes: number): void {
  if (bytes > LARGEST_FILE) throw tooLarge(`is larger than ${inMegabytes(LARGEST_FILE)} MB`);
}

export function tooLarge(why: string): CommandError {
  return new CommandError(`The workbook ${why}. Save it as CSV, which may be of any size, and import that.`);
}

export function inMegabytes(bytes: number): number {
  return bytes / 1024 / 1024;
}
