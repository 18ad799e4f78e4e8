import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { git, type LastRelease, ROOT } from '../../scripts/last-release';
import { run } from '../harness/machine/commands';
import { removeFolder } from '../harness/machine/folders';
import { keptFolder } from '../harness/machine/kept';
import { tell } from '../harness/machine/progress';

/**
 * Builds a release from the project's own history, once for each commit.
 *
 * @returns the folder in which its processes run: dist, the migrations, and packages where ours are not those it was locked to
 */
export function buildRelease({ version, commit }: LastRelease): Promise<string> {
  const isShared = areInstalled(git('show', `${commit}:package-lock.json`));
  // What shares our packages is of no use once ours are others.
  return keptFolder(`releases/${commit}-${isShared ? 'shared' : 'own'}-packages`, async (folder) => {
    tell(`building release ${version} from commit ${commit.slice(0, 7)} …`);
    const sources = mkdtempSync(path.join(tmpdir(), 'analytics-release-'));
    try {
      const archive = path.join(sources, 'sources.tar');
      git('archive', `--output=${archive}`, commit);
      await run({ program: 'tar', args: ['-xf', archive, '-C', sources] });
      if (isShared) symlinkSync(path.join(ROOT, 'node_modules'), path.join(sources, 'node_modules'));
      else await run({ program: 'npm', args: ['ci', '--no-audit', '--no-fund'], cwd: sources });
      await run({ program: process.execPath, args: ['scripts/build.mjs'], cwd: sources });
      mkdirSync(folder);
      for (const made of ['dist', 'prisma', ...(isShared ? [] : ['node_modules'])])
        cpSync(path.join(sources, made), path.join(folder, made), {
          recursive: true,
          verbatimSymlinks: true,
        });
    } finally {
      removeFolder(sources);
    }
  });
}

const lock = z.object({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })),
});

/** Whether our own lock has every package of another, at its place and in its version: then ours serve both. */
function areInstalled(lockFile: string): boolean {
  const read = (content: string) => lock.parse(JSON.parse(content)).packages;
  const own = read(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
  return Object.entries(read(lockFile)).every(
    ([place, { version }]) => place === '' || own[place]?.version === version,
  );
}
