import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../machine/commands';
import { commandBlocksOf, PROJECT } from './readme';

/** Where the README has a production install lie. */
const README_FOLDER = '/srv/event-analytics';

/** What the README's production path leaves behind, in a folder that had nothing in it and has nothing above it. */
export interface CleanInstall {
  /** What it was built in. */
  readonly clone: string;
  readonly folder: string;
  /** The command that starts the service there, as the README has it. */
  readonly start: string;
  remove(): void;
}

/** Follows the README's section on production, all but its last command, which does not end. */
export async function installAsTheReadmeSays(): Promise<CleanInstall> {
  const root = mkdtempSync(path.join(tmpdir(), 'analytics-production-'));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  try {
    return { ...(await followTheReadme(root)), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function followTheReadme(root: string): Promise<Omit<CleanInstall, 'remove'>> {
  const clone = path.join(root, 'clone');
  const folder = path.join(root, 'install');
  const [build = [], serve = []] = commandBlocksOf('Running it in production');
  await cloneTo(clone);
  await runAll(withTools(build, clone), { cwd: clone, folder });
  await runAll(serve.slice(0, -1), { cwd: root, folder });
  return { clone, folder, start: serve.at(-1) ?? '' };
}

/** Everything that would be in a commit now. */
async function cloneTo(clone: string): Promise<void> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const names = (await run({ program: 'git', args, cwd: PROJECT })).split('\0').filter(Boolean);
  for (const name of names) {
    mkdirSync(path.dirname(path.join(clone, name)), { recursive: true });
    copyFileSync(path.join(PROJECT, name), path.join(clone, name));
  }
}

/** The packages to build with are the ones that these tests run on: a second copy of them would take a minute. */
function withTools(build: readonly string[], clone: string): readonly string[] {
  const [install, ...others] = build;
  if (install !== 'npm ci') throw new Error(`The README builds with "${install}" first instead of npm ci.`);
  symlinkSync(path.join(PROJECT, 'node_modules'), path.join(clone, 'node_modules'));
  return others;
}

async function runAll(
  commands: readonly string[],
  { cwd, folder }: { readonly cwd: string; readonly folder: string },
): Promise<void> {
  const script = commands.map((command) => command.replaceAll(README_FOLDER, folder)).join('\n');
  // npm hands its own settings down to what it runs; those of the tests must not become the install's.
  const own = Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_ENV$)/.test(name));
  const env = { ...Object.fromEntries(own), npm_config_prefer_offline: 'true', npm_config_audit: 'false' };
  await run({ program: 'sh', args: ['-ec', script], cwd, env });
}
