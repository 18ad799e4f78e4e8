import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findProgram, run } from '../harness/machine/commands';
import { tell } from '../harness/machine/progress';

const VERSION = '4.32.5';
const FOLDER = path.join(__dirname, `../../.cache/schemathesis-${VERSION}`);
const PROGRAM = path.join(FOLDER, 'bin/schemathesis');

/** The machine cannot run Schemathesis: nothing is said about the service. */
export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
}

/**
 * Installs Schemathesis with Python's own means, once, into a folder of its own below .cache.
 * @returns the program
 * @throws NotInstalled saying what is missing
 */
export async function installSchemathesis(): Promise<string> {
  const python = findProgram('python3');
  if (python === undefined) {
    throw new NotInstalled('No python3 was found in PATH: Schemathesis, which fuzzes, is written in Python.');
  }
  if (existsSync(PROGRAM)) return PROGRAM;
  tell(`Installing Schemathesis ${VERSION} into .cache …`);
  try {
    await run({ program: python, args: ['-m', 'venv', FOLDER] });
    const pip = path.join(FOLDER, 'bin/pip');
    await run({
      program: pip,
      args: ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`],
    });
  } catch (error) {
    // Half of an installation would be taken for a whole one next time.
    rmSync(FOLDER, { recursive: true, force: true });
    throw new NotInstalled(
      `Schemathesis could not be installed (Python 3.10, venv and pip are needed): ${String(error)}`,
    );
  }
  return PROGRAM;
}

export interface FuzzOptions {
  readonly baseUrl: string;
  readonly token: string;
  /** How long requests are made up and sent. */
  readonly seconds: number;
  /** The most requests of one operation in one round; rounds follow each other until the time is over. */
  readonly examples: number;
  readonly seed: number;
}

/** Lets it loose, its report on this process's output. @returns its exit code: 0 when nothing was found */
export async function fuzz(
  program: string,
  { baseUrl, token, seconds, examples, seed }: FuzzOptions,
): Promise<number> {
  const args = [
    'run',
    `${baseUrl}/openapi.yaml`,
    `--url=${baseUrl}`,
    `--header=Authorization: Bearer ${token}`,
    '--checks=all',
    `--max-time=${seconds}`,
    `--max-examples=${examples}`,
    `--seed=${seed}`,
    '--output-sanitize=true',
  ];
  const child = spawn(program, args, { cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] });
  await once(child, 'close');
  return child.exitCode ?? 1;
}
