import { mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Account, findProgram, run } from './commands';
import { tellLoudly } from './progress';

/** A separate file system that can be filled without affecting others. */
export interface SmallDisk {
  readonly folder: string;
  freeBytes(): number;
  /** Fills it until only so much is left. */
  leave(bytes: number): void;
  /** Frees what leave() filled. */
  giveBack(): void;
  remove(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;

export interface SmallDiskOptions {
  /** Where it is mounted; a new folder when left out. */
  readonly folder?: string;
  /** Its owner; this user when left out. */
  readonly account?: Account | undefined;
}

/**
 * In memory, by mount(8), which only root may do.
 * @throws Error when it cannot be mounted: a test that needs it fails
 */
export async function mountSmallDisk(
  bytes: number,
  { folder = mkdtempSync(path.join(tmpdir(), 'analytics-disk-')), account }: SmallDiskOptions = {},
): Promise<SmallDisk> {
  mkdirSync(folder, { recursive: true });
  const owner = account === undefined ? '' : `,uid=${account.uid},gid=${account.gid},mode=700`;
  const ballast = path.join(folder, 'ballast');
  await mount(['-t', 'tmpfs', '-o', `size=${bytes}${owner}`, 'tmpfs', folder]);
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    freeBytes,
    leave(left) {
      const block = Buffer.alloc(MEBIBYTE);
      for (let rest = freeBytes() - left; rest > 0; rest = freeBytes() - left) {
        writeFileSync(ballast, block.subarray(0, Math.min(rest, MEBIBYTE)), { flag: 'a' });
      }
    },
    giveBack: () => truncateSync(ballast),
    async remove() {
      await run({ program: program('umount'), args: ['--lazy', folder] });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function mount(args: readonly string[]): Promise<void> {
  try {
    await run({ program: program('mount'), args: [...args] });
  } catch (error) {
    tellLoudly('A full disk cannot be tested here: mounting a file system takes root and CAP_SYS_ADMIN');
    throw error;
  }
}

function program(name: string): string {
  const found = findProgram(name);
  if (found === undefined) throw new Error(`${name} is missing: a full disk cannot be tested here.`);
  return found;
}
