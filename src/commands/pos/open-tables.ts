import { csvTables } from './csv-table';
import { detectEncoding, type Encoding } from './encoding';
import type { Table } from './table';

export interface FileOptions {
  /** Where it is not to be detected. */
  readonly encoding?: Encoding | undefined;
}

/**
 * The tables that a file has, or may be: of a text one for each character that may stand between its columns.
 *
 * @throws CommandError when the file cannot be read as a table
 */
export async function openTables(file: string, { encoding }: FileOptions): Promise<readonly Table[]> {
  return csvTables(file, encoding ?? (await detectEncoding(file)));
}
