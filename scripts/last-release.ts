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
 * @throws Error when the file is wrong, or the clone lacks that commit
 */
export function readLastRelease(): LastRelease {
  const release = shape.parse(JSON.parse(readFileSync(path.join(ROOT, 'last-release.json'), 'utf8')));
  try {
    git('cat-file', '-e', `${release.commit}^{commit}`);
  } catch (cause) {
    throw new Error(
      `This clone has no commit ${release.commit}, which last-release.json names as release ${release.version}. ` +
        'A shallow clone gets the rest by: git fetch --unshallow',
      { cause },
    );
  }
  return release;
}

/** What git answers in the project's folder. */
export function git(...args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
