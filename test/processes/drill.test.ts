import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** Plays what operators practise on, as `npm run drill` does. */
async function play(...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const script = ['--require', '@swc-node/register', 'test/drill.ts', ...args];
  const child = spawn(process.execPath, script, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, said };
}

describe('the drill', () => {
  it('breaks a whole deployment, sees it mended, and leaves nothing behind', async () => {
    const { code, said } = await play('--fault', '5', '--minutes', '2', '--mend');
    const words = ['The deployment is whole.', 'Something is wrong: begin with docs/operations.md', 'mended'];
    const places = words.map((word) => said.indexOf(word));
    expect([said, places.every((place) => place >= 0), code]).toEqual([said, true, 0]);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    const [folder = ''] = /\S*\/analytics-drill-\w+/.exec(said) ?? [];
    expect([folder !== '', existsSync(folder)]).toEqual([true, false]);
  }, 240_000);

  it('says which faults there are to choose from', async () => {
    const { code, said } = await play('--fault', '6');
    expect([code, said]).toEqual([2, expect.stringContaining('--fault: a number from 1 to 5, or random')]);
  });
});
