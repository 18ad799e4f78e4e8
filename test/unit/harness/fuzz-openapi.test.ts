import { spawnSync } from 'node:child_process';
import path from 'node:path';

describe('npm run fuzz:openapi', () => {
  test('says what is missing on a machine without Python, and that nothing was tried', () => {
    const command = ['--require', '@swc-node/register', 'test/fuzz-openapi.ts'];
    const { status, stderr } = spawnSync(process.execPath, command, {
      cwd: path.join(__dirname, '../../..'),
      env: { PATH: '/nowhere' },
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('No python3 was found in PATH');
  });
});
