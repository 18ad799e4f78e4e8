import { readFile, stat } from 'node:fs/promises';
import iconv from 'iconv-lite';
import { decrypt, isEncrypted } from 'officecrypto-tool';
import { CommandError } from '../../fail';
import { detectEncoding, type Encoding } from '../encoding';
import type { Table } from '../table';
import { requireReadable } from './limits';
import { requireBoundedZip } from './unpacked-size';
import { workbookTables } from './workbook-table';

export interface WorkbookOptions {
  /** Of a sheet: its name, or its number from 1. */
  readonly sheet?: string | undefined;
  readonly password?: string | undefined;
  /** Of a web page, where it is not to be detected. */
  readonly encoding?: Encoding | undefined;
}

/** A web page with a table, which a POS names .xls so that a spreadsheet opens it. */
export async function openWebPage(
  file: string,
  { sheet, encoding }: WorkbookOptions,
): Promise<readonly Table[]> {
  const bytes = await wholeFile(file);
  const used = encoding ?? (await detectEncoding(file));
  return workbookTables(iconv.decode(bytes, used), `a web page, ${used}`, sheet);
}

/**
 * A workbook of any format that spreadsheets save, locked by a password or not.
 *
 * @throws CommandError when it is locked and the password is missing or wrong, when it is damaged or too large
 */
export async function openWorkbook(
  file: string,
  { sheet, password }: WorkbookOptions,
): Promise<readonly Table[]> {
  const bytes = await unlocked(await wholeFile(file), password);
  if (isZip(bytes)) await requireBoundedZip(bytes);
  return workbookTables(bytes, `a workbook (${isZip(bytes) ? '.xlsx' : '.xls'})`, sheet);
}

async function unlocked(bytes: Buffer, password: string | undefined): Promise<Buffer> {
  // Asking whether a zip is locked would unpack it, before it is known how large it is.
  if (isZip(bytes) || !isLocked(bytes)) return bytes;
  if (password === undefined)
    throw new CommandError('The workbook is locked: say its password by --password.');
  try {
    return await decrypt(bytes, { password });
  } catch (cause) {
    throw new CommandError('--password: does not open the workbook.', { cause });
  }
}

function isZip(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 2) === 'PK';
}

function isLocked(bytes: Buffer): boolean {
  try {
    return isEncrypted(bytes);
  } catch (cause) {
    throw new CommandError('The workbook is damaged: it cannot be read.', { cause });
  }
}

async function wholeFile(file: string): Promise<Buffer> {
  requireReadable((await stat(file)).size);
  return readFile(file);
}
