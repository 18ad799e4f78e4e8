import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PROJECT = path.join(__dirname, '../../..');

/** What the command says of packages under these licences. */
function judge(...licenses: readonly unknown[]): {
  readonly status: number | null;
  readonly refused: string;
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-licences-'));
  try {
    const file = path.join(folder, 'sbom.json');
    const components = licenses.map((each, index) => ({
      'bom-ref': `package-${index}@1.0.0`,
      licenses: each,
    }));
    writeFileSync(file, JSON.stringify({ components }));
    const { status, stderr } = spawnSync(process.execPath, ['scripts/licenses.mjs', file], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    return { status, refused: stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('npm run licenses', () => {
  test('takes what is listed, alone and in expressions', () => {
    const either = [{ expression: '(GPL-3.0-only OR MIT)' }];
    const both = [{ expression: '(MIT AND BSD-3-Clause)' }];
    expect(judge([{ license: { id: 'ISC' } }], either, both)).toEqual({ status: 0, refused: '' });
  });

  test.each([
    ['is not listed', [{ license: { id: 'GPL-3.0-only' } }]],
    ['is listed in part alone', [{ expression: '(MIT AND GPL-3.0-only)' }]],
    ['is no licence', [{ license: { name: 'SEE LICENSE IN LICENSE.txt' } }]],
    ['is not told', undefined],
  ])('refuses what %s, by its name', (_what, licenses) => {
    const { status, refused } = judge([{ license: { id: 'MIT' } }], licenses);
    expect(status).toBe(1);
    expect(refused).toContain('package-1@1.0.0');
    expect(refused).not.toContain('package-0');
  });
});
