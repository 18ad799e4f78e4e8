import { csvTables } from './csv-table';
import { detectEncoding } from './encoding';
import { kindOf } from './file-kind';
import type { Table } from './table';
import { openWebPage, openWorkbook, type WorkbookOptions } from './workbook/open-workbook';

export type FileOptions = WorkbookOptions;

/**
 * The tables that a file has, or may be: of a workbook its sheets, of a text one for each character that may stand between its
 * columns.
 *
 * @throws CommandError when the file cannot be read as a table
 */
export async function openTables(file: string, options: FileOptions): Promise<readonly Table[]> {
  const kind = await kindOf(file);
  if (kind === 'text') return csvTables(file, options.encoding ?? (await detectEncoding(file)));
  return kind === 'web page' ? openWebPage(file, options) : openWorkbook(file, options);
}
