import { readFileSync } from 'node:fs';
import path from 'node:path';
import { git, readLastRelease, ROOT } from '../../../scripts/last-release';

describe('the changelog', () => {
  it('tells nothing of the last release that came after it: that is unreleased', () => {
    const { version, commit } = readLastRelease();
    const page = readFileSync(path.join(ROOT, 'CHANGELOG.md'), 'utf8');
    const section = page.split(/^## /m).find((each) => each.startsWith(`${version}\n`)) ?? '';
    const then = new Set(git('show', `${commit}:CHANGELOG.md`).split('\n'));
    const entries = section.split('\n').filter((line) => /^(- | {2})/.test(line));
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter((line) => !then.has(line))).toEqual([]);
  });
});
