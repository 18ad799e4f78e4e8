import { execFile } from 'node:child_process';
import path from 'node:path';
import { NO_PROBLEMS, type CheckResult } from './check-result';

const ROOT = path.resolve(__dirname, '../../..');
const LIMIT_MS = 60_000;

/**
 * Runs the service's own verify command on the database, in addition to the other checks.
 *
 * @param build the folder of the build that the command is of
 */
export function checkByVerify(
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
  build: string = ROOT,
): Promise<CheckResult> {
  return new Promise((resolve) => {
    const options = { cwd: build, env: { PATH: process.env['PATH'], ...env }, timeout: LIMIT_MS };
    execFile(process.execPath, ['dist/commands/verify.js', ...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve(NO_PROBLEMS);
      const said = (stdout + stderr).trim().split('\n').slice(-3).join(' | ');
      resolve({ lost: 0, doubled: 0, problems: [`verify: ${said}`] });
    });
  });
}
