import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { openEmbedded } from '../../../src/database/embedded/embedded';
import { run } from '../machine/commands';
import { madeOf } from './made-of';

const TEMPLATES = path.join(__dirname, '../../../.cache/embedded');
const UNUSED_AFTER_MS = 24 * 3_600_000;

/**
 * Puts an embedded database into a folder that is not there yet, migrated and with nothing stored. To make one takes
 * seconds, nearly all of them PostgreSQL's initdb: it is made once, by the product itself, and copied from then on. Who
 * tests how a database comes to be leaves its folder alone.
 */
export async function layOutEmbedded(folder: string): Promise<void> {
  mkdirSync(path.dirname(folder), { recursive: true });
  // A thousand files: what Node.js needs a second for takes the program a tenth of it.
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
    // Another process was faster, and its database is as good.
    rmSync(beside, { recursive: true, force: true });
    if (!existsSync(made)) throw error;
  }
  return made;
}

/** Another run may be copying one that has only just become old. */
function removeUnused(): void {
  mkdirSync(TEMPLATES, { recursive: true });
  for (const name of readdirSync(TEMPLATES)) {
    const folder = path.join(TEMPLATES, name);
    if (Date.now() - statSync(folder).mtimeMs > UNUSED_AFTER_MS)
      rmSync(folder, { recursive: true, force: true });
  }
}
