import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from './folders';

const CACHE = path.resolve(__dirname, '../../../.cache');

/**
 * A folder that is filled once and kept for later runs. Complete or not there: a filling that breaks off leaves nothing that a later
 * run would take for whole.
 *
 * @param name relative to the cache; it names the version of what is in there
 */
export async function keptFolder(name: string, fill: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = path.join(CACHE, name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(path.dirname(folder), { recursive: true });
  try {
    await fill(partial);
    moveUnlessThere(partial, folder);
  } finally {
    removeFolder(partial);
  }
  return folder;
}

/** Another run may have been faster. */
function moveUnlessThere(partial: string, folder: string): void {
  try {
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
