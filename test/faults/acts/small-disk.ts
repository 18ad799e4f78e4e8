import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

/** A file system of its own that can be filled up. Mounting one wants root. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives it back. */
  clear(): void;
  close(): Promise<void>;
}

const BLOCK = Buffer.alloc(64 * 1024, 1);
const BALLAST = 'ballast';

/** @param folder is made, and hidden while the disk is there @param account who may write in it */
export function mountSmallDisk(
  folder: string,
  megabytes: number,
  account?: { readonly uid: number; readonly gid: number },
): SmallDisk {
  mkdirSync(folder, { recursive: true });
  const owner = account ? `,uid=${account.uid},gid=${account.gid},mode=700` : '';
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m${owner}`, 'tmpfs', folder], {
    stdio: 'pipe',
  });
  const ballast = path.join(folder, BALLAST);
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a');
      try {
        for (;;) writeSync(file, BLOCK);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(file);
      }
    },
    clear: () => rmSync(ballast, { force: true }),
    close() {
      // Detached at once, whoever still has a file open in it.
      execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}
