import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockFolder } from '../../src/database/embedded/folder-lock';

describe('the lock of a data folder', () => {
  let parent: string;
  let folder: string;
  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'analytics-lock-'));
    folder = path.join(parent, 'postgres');
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  const holder = (): string => readFileSync(`${folder}.lock`, 'utf8').trim();

  it('is held until it is let go, and leaves nothing behind', () => {
    const lock = lockFolder(folder);
    expect(holder()).toBe(String(process.pid));
    expect(() => lockFolder(folder)).toThrow(/in use by process \d+.*DATA_DIR/s);
    lock.release();
    expect(readdirSync(parent)).toEqual([]);
    lockFolder(folder).release();
  });

  it("does not open another's by being let go twice", () => {
    const lock = lockFolder(folder);
    lock.release();
    writeFileSync(`${folder}.lock`, `${process.ppid}\n`);
    lock.release();
    expect(holder()).toBe(String(process.ppid));
  });

  it('of a living process is respected', () => {
    writeFileSync(`${folder}.lock`, `${process.ppid}\n`);
    expect(() => lockFolder(folder)).toThrow(`in use by process ${process.ppid}`);
    expect(holder()).toBe(String(process.ppid));
  });

  it('of a process that was killed is taken over', async () => {
    const child = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 20_000)'], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    writeFileSync(`${folder}.lock`, `${child.pid}\n`);
    child.kill('SIGKILL');
    await ended;
    lockFolder(folder).release();
  });

  it.each(['', 'nonsense', '-1', '0', '4.5'])(
    'that says %p is taken over: no living process can be read from it',
    (text) => {
      writeFileSync(`${folder}.lock`, text);
      const lock = lockFolder(folder);
      expect(holder()).toBe(String(process.pid));
      expect(readdirSync(parent)).toEqual(['postgres.lock']);
      lock.release();
    },
  );

  it('left by an earlier process that had our number is taken over', () => {
    writeFileSync(`${folder}.lock`, `${process.pid}\n`);
    lockFolder(folder).release();
  });
});
