import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const ROOT = path.resolve(__dirname, '..');

const shape = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'is no version like 0.6.0'),
  commit: z.string().regex(/^[0-9a-f]{40}$/, 'is no whole commit id'),
});

/** The release that this one runs beside during an upgrade, and that a rollback puts back. */
export type LastRelease = z.infer<typeof shape>;

/**
 * Read from last-release.json, whose commit is looked up in the project's own history.
 *
 * @throws Error when the file is wrong, or the commit is not in the history of what is checked out
 */
export function readLastRelease(root = ROOT): LastRelease {
  const release = shape.parse(JSON.parse(readFileSync(path.join(root, 'last-release.json'), 'utf8')));
  const advice = (): string =>
    isShallow(root) ? ' This clone is shallow: git fetch --unshallow gets the rest.' : '';
  const name = `${release.commit}, which last-release.json names as release ${release.version}`;
  try {
    gitIn(root, 'cat-file', '-e', `${release.commit}^{commit}`);
  } catch (cause) {
    throw new Error(`Git finds no commit ${name}: ${saidBy(cause)}.${advice()}`, { cause });
  }
  try {
    gitIn(root, 'merge-base', '--is-ancestor', release.commit, 'HEAD');
  } catch (cause) {
    throw new Error(`What is checked out does not come from commit ${name}.${advice()}`, { cause });
  }
  return release;
}

/** What git answers in the project's folder. */
export const git = (...args: readonly string[]): string => gitIn(ROOT, ...args);

function gitIn(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function isShallow(root: string): boolean {
  try {
    return gitIn(root, 'rev-parse', '--is-shallow-repository').trim() === 'true';
  } catch {
    // Git itself does not run here: it has said why.
    return false;
  }
}

const failure = z.object({ stderr: z.string() });

/** What git wrote of its failure, or why it could not be run. */
function saidBy(error: unknown): string {
  const stderr = failure.safeParse(error).data?.stderr.trim();
  return stderr || (error instanceof Error ? error.message : String(error));
}

/**
 * What contradicts last-release.json in the names that releases have: it has to be the newest of the changelog, besides
 * the one that is being made, whose name another one must not have.
 */
export function misnamed({ version }: LastRelease, own: string, changelog: string): string[] {
  const problems: string[] = [];
  if (own === version)
    problems.push(
      `package.json calls this version ${own}, and so is the last release called: give it the next.`,
    );
  const [newest] = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)$/gm)].flatMap(([, name]) =>
    name === undefined || (name === own && own !== version) ? [] : [name],
  );
  if (newest !== version)
    problems.push(
      `last-release.json names ${version}, and the newest release of CHANGELOG.md is ${newest ?? 'none'}: give it that one and its commit.`,
    );
  return problems;
}
