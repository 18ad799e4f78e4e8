import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { openEmbedded } from '../../../src/database/embedded/embedded';
import { run } from '../machine/commands';
import { madeOf } from './made-of';

const TEMPLATES = path.join(__dirname, '../../../.cache/embedded');
const UNUSED_AFTER_MS = 24 * 3_600_000;

/**
 * Puts an empty, migrated embedded database into a new folder. Creating one takes seconds, mostly PostgreSQL's initdb: the
 * service creates it once, and it is copied from then on. Tests of the creation itself must not use this.
 */
export async function layOutEmbedded(folder: string): Promise<void> {
  mkdirSync(path.dirname(folder), { recursive: true });
  // A thousand files: cp is ten times faster than Node.js, which needs a second.
  await run({ program: 'cp', args: ['-r', await template(), folder] });
}

/** Removes a folder with what `layOutEmbedded` put into it. */
export async function removeEmbedded(folder: string): Promise<void> {
  await run({ program: 'rm', args: ['-rf', folder] });
}

async function template(): Promise<string> {
  const made = path.join(TEMPLATES, madeOf());
  if (existsSync(made)) return made;
  removeUnused();
  const beside = `${made}.${process.pid}`;
  const database = await openEmbedded({ folder: beside });
  await database.close();
  try {
    renameSync(beside, made);
  } catch (error) {
    // Another process was faster; its database is equal.
    rmSync(beside, { recursive: true, force: true });
    if (!existsSync(made)) throw error;
  }
  return made;
}

/** Keeps recent ones: another run may still be copying from an outdated one. */
function removeUnused(): void {
  mkdirSync(TEMPLATES, { recursive: true });
  for (const name of readdirSync(TEMPLATES)) {
    const folder = path.join(TEMPLATES, name);
    if (Date.now() - statSync(folder).mtimeMs > UNUSED_AFTER_MS)
      rmSync(folder, { recursive: true, force: true });
  }
}
