import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { misnamed, readLastRelease, ROOT } from '../../../scripts/last-release';

const NOWHERE = '0'.repeat(39) + '1';

describe('the last release', () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.test', ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();

  function folder(): string {
    const made = mkdtempSync(path.join(tmpdir(), 'analytics-history-'));
    folders.push(made);
    return made;
  }

  function history(): string {
    const made = folder();
    git(made, 'init', '--quiet');
    for (const message of ['one', 'two']) git(made, 'commit', '--quiet', '--allow-empty', '-m', message);
    return made;
  }

  function reading(root: string, commit: string): () => unknown {
    writeFileSync(path.join(root, 'last-release.json'), JSON.stringify({ version: '0.6.0', commit }));
    return () => readLastRelease(root);
  }

  it('is a commit that what is checked out comes from', () => {
    const root = history();
    const commit = git(root, 'rev-parse', 'HEAD~1');
    expect(reading(root, commit)()).toEqual({ version: '0.6.0', commit });
    git(root, 'checkout', '--quiet', '--orphan', 'other');
    git(root, 'commit', '--quiet', '--allow-empty', '-m', 'three');
    expect(reading(root, commit)).toThrow(
      `does not come from commit ${commit}, which last-release.json names`,
    );
  });

  it('says what git said where it is not there, and how to get it only where that helps', () => {
    const root = history();
    expect(reading(root, NOWHERE)).toThrow(/no commit 0+1, .*release 0\.6\.0: fatal: .*(?<!unshallow.*)$/);
    const clone = path.join(folder(), 'clone');
    git(root, 'clone', '--quiet', '--depth', '1', `file://${root}`, clone);
    expect(reading(clone, git(root, 'rev-parse', 'HEAD~1'))).toThrow(/: fatal: .*git fetch --unshallow/);
  });

  it('is the newest of the changelog, besides the one that is being made', () => {
    const last = { version: '0.6.0', commit: NOWHERE };
    const changelog = '# Changelog\n\n## Unreleased\n\n## 0.6.0\n\n## 0.5.0\n';
    expect(misnamed(last, '0.7.0', changelog)).toEqual([]);
    expect(misnamed(last, '0.7.0', `## 0.7.0\n${changelog}`)).toEqual([]);
    expect(misnamed(last, '0.6.0', changelog)).toEqual([expect.stringContaining('calls this version 0.6.0')]);
    expect(misnamed(last, '0.8.0', `## 0.7.0\n${changelog}`)).toEqual([
      expect.stringContaining('names 0.6.0, and the newest release of CHANGELOG.md is 0.7.0'),
    ]);
  });

  it('has another name than this version, by which all that is published goes', () => {
    const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
    const version = z.object({ version: z.string() });
    const own = version.parse(JSON.parse(read('package.json'))).version;
    expect(misnamed(readLastRelease(), own, read('CHANGELOG.md'))).toEqual([]);
    expect(version.parse(JSON.parse(read('clients/typescript/package.json'))).version).toBe(own);
    const chart = read('deploy/helm/event-analytics/Chart.yaml');
    expect(chart).toContain(`\nversion: ${own}\nappVersion: ${own}\n`);
    const named = [...read('docs/kubernetes.md').matchAll(/event-analytics:(\d+\.\d+\.\d+)/g)];
    expect(new Set(named.map(([, each]) => each))).toEqual(new Set([own]));
  });
});
