import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { install } from '../../harness/machine/debian';

/** A clock for one process, which can be wrong and can step. */
export interface FakeClock {
  /** The variables for the process that uses it. */
  readonly env: NodeJS.ProcessEnv;
  /** @param offset as libfaketime writes it: `+2d`, `-3600` */
  step(offset: string): void;
}

const LIBRARIES = '/usr/lib';
const LIBRARY = path.join('faketime', 'libfaketimeMT.so.1');

/** @param file contains the offset; the process reads it repeatedly */
export async function createFakeClock(file: string, offset: string): Promise<FakeClock> {
  const library = findLibrary() ?? (await installLibrary());
  writeFileSync(file, `${offset}\n`);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      // Only the wall clock is wrong, not the timers.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    step: (next) => writeFileSync(file, `${next}\n`),
  };
}

function findLibrary(): string | undefined {
  const folders = [LIBRARIES, ...readdirSync(LIBRARIES).map((name) => path.join(LIBRARIES, name))];
  return folders.map((folder) => path.join(folder, LIBRARY)).find((file) => existsSync(file));
}

async function installLibrary(): Promise<string> {
  await install(['libfaketime'], 'faults: libfaketime, for clocks that are wrong, is missing');
  const installed = findLibrary();
  if (installed === undefined) throw new Error('faults: libfaketime is not where its package puts it.');
  return installed;
}
