import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../test/harness/machine/commands';
import { tell } from '../../test/harness/machine/progress';

/** Where the rivals are, from the repository on. */
export const rivalsFolder = 'bench/rivals';
const RIVALS = path.join(__dirname, '..', 'rivals');
const LOCK = path.join(RIVALS, 'package-lock.json');
/** A copy of the lock file that was installed; an interrupted install leaves none. */
const INSTALLED = path.join(RIVALS, 'node_modules', '.installed-lock.json');

/** Node's arguments to run a module of the rivals. @param file under bench/rivals */
export function rivalProgram(file: string): { readonly script: string; readonly env: NodeJS.ProcessEnv } {
  return { script: path.join(RIVALS, 'start.cjs'), env: { RIVAL: path.join(RIVALS, file) } };
}

/** Installs the rivals' packages unless they are up to date: neither the service nor its tests need them. */
export async function installRivals(): Promise<void> {
  const wanted = readFileSync(LOCK, 'utf8');
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === wanted) return;
  tell("installing the rivals' packages into bench/rivals (npm ci, once) …");
  await run({ program: 'npm', args: ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], cwd: RIVALS });
  writeFileSync(INSTALLED, wanted);
}
