import { open } from 'node:fs/promises';
import { CommandError } from '../fail';

/** What a file is by its first bytes, whatever it is called. */
export type FileKind = 'text' | 'zip' | 'compound' | 'web page';

const WEB_PAGE =
  /^(?:\u00EF\u00BB\u00BF|\u00FF\u00FE)?\s*<(?:!doctype|html|table|\?xml|meta|style|head|body)/i;

/** @throws CommandError for a file that is empty or no kind of table */
export async function kindOf(file: string): Promise<FileKind> {
  const start = await firstCharacters(file);
  if (start === '') throw new CommandError('The file is empty.');
  if (start.startsWith('%PDF'))
    throw new CommandError('The file is a PDF. Export it as a workbook or as CSV.');
  if (start.startsWith('PK\u0003\u0004')) return 'zip';
  if (start.startsWith('\u00D0\u00CF\u0011\u00E0')) return 'compound';
  return WEB_PAGE.test(start.replaceAll('\0', '')) ? 'web page' : 'text';
}

async function firstCharacters(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
