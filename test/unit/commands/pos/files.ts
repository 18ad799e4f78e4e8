import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ColumnChoice } from '../../../../src/commands/pos/columns';
import { detectEncoding, type Encoding } from '../../../../src/commands/pos/encoding';
import { type NumberedLine, readExport } from '../../../../src/commands/pos/export';
import { findLayout, type Layout } from '../../../../src/commands/pos/layout';
import type { ReadingOptions } from '../../../../src/commands/pos/sale-line';
import type { LocalDay } from '../../../../src/domain/values';

const folder = mkdtempSync(path.join(tmpdir(), 'pos-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

export function fileOf(content: string | Buffer): string {
  const file = path.join(folder, `${count++}.csv`);
  writeFileSync(file, content);
  return file;
}

export interface ReadExport {
  readonly encoding: Encoding;
  readonly layout: Layout;
  readonly lines: readonly NumberedLine[];
}

/** Reads an export the way the command does. */
export async function read(
  content: string | Buffer,
  choice: ColumnChoice = {},
  refunds: ReadingOptions['refunds'] = 'subtract',
): Promise<ReadExport> {
  const file = fileOf(content);
  const encoding = await detectEncoding(file);
  const layout = await findLayout(file, encoding, choice);
  const options = { columns: layout.columns, today: '2025-10-31' as LocalDay, refunds };
  const lines: NumberedLine[] = [];
  for await (const line of readExport(file, encoding, layout, options)) lines.push(line);
  return { encoding, layout, lines };
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
