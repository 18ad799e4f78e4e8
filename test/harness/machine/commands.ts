import { execFile, execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** A user that a program runs as, where it refuses to run as root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly account?: Account | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

const ENOUGH_OUTPUT_BYTES = 16 * 1024 * 1024;
const LINES_SHOWN = 20;

/**
 * Runs a program to its end and returns what it wrote, stdout before stderr.
 * @throws Error with the last lines of its output when it fails
 */
export function run(command: Command): Promise<string> {
  const [program, ...args] = asAccount(command);
  const options = { cwd: command.cwd, env: command.env ?? process.env, maxBuffer: ENOUGH_OUTPUT_BYTES };
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const output = stdout + stderr;
      if (error === null) return resolve(output);
      const shown = lastLines(output);
      reject(new Error(`${command.program} ${command.args[0] ?? ''} failed: ${shown}`, { cause: error }));
    });
    child.stdin?.end();
  });
}

/** The command's words, with those before it that change the user. */
function asAccount({ program, args, account }: Command): [string, ...string[]] {
  if (account === undefined) return [program, ...args];
  return ['setpriv', ...userOptions(account), '--', program, ...args];
}

export function userOptions({ uid, gid }: Account): string[] {
  return [`--reuid=${uid}`, `--regid=${gid}`, '--init-groups'];
}

export function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-LINES_SHOWN).join('\n');
}

/** Where a program lies; undefined when it is not installed. Debian keeps some servers where only root looks. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/** @throws Error when there is no such user */
export function accountOf(user: string): Account {
  const id = (option: string): number =>
    Number(execFileSync('id', [option, user], { encoding: 'utf8', stdio: 'pipe' }));
  return { uid: id('-u'), gid: id('-g') };
}
