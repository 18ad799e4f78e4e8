import { finished } from 'node:stream/promises';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { CommandError } from '../../fail';
import { inMegabytes, LARGEST_CONTENT, tooLarge } from './limits';

/**
 * Unpacks a zip without keeping what is in it: a few kilobytes may unpack to gigabytes, and say that they do not.
 *
 * @throws CommandError when it holds too much, or is damaged
 */
export async function requireBoundedZip(bytes: Buffer): Promise<void> {
  try {
    const zip = await fromBufferPromise(bytes, { validateEntrySizes: true });
    let unpacked = 0;
    for await (const entry of zip.eachEntry()) {
      unpacked += entry.uncompressedSize;
      if (unpacked > LARGEST_CONTENT)
        throw tooLarge(`unpacks to more than ${inMegabytes(LARGEST_CONTENT)} MB`);
      await requireStatedSize(zip, entry);
    }
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError('The workbook is damaged: it cannot be unpacked.', { cause });
  }
}

/** The reading itself fails as soon as there is more than the entry states. */
async function requireStatedSize(zip: ZipFile, entry: Entry): Promise<void> {
  const content = await zip.openReadStreamPromise(entry);
  await finished(content.resume());
}
