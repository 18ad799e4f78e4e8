import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Holds a folder for this process, until it is let go. */
export interface FolderLock {
  release(): void;
}

/** Another process holds the folder; the message says which, and what to do. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** What this process holds: a lock that names us but is not among these is left from a process that had our number. */
const held = new Set<string>();

/**
 * Takes a folder for this process alone, by a file beside it that names the process. The file of a process that is no
 * more, however it ended, is taken over. Only processes of one machine (and of one container) see each other so.
 *
 * @throws FolderInUse when a living process holds it
 */
export function lockFolder(folder: string): FolderLock {
  const file = `${folder}.lock`;
  while (!createOwn(file)) {
    const holder = readHolder(file);
    if (holder === undefined) continue;
    if (isAlive(holder, file)) throw new FolderInUse(inUse(folder, file, holder));
    removeStale(file, holder);
  }
  held.add(file);
  return {
    release() {
      if (held.delete(file)) rmSync(file, { force: true });
    },
  };
}

/**
 * Written first and named after: the file is there with its content or not at all, and only one of two can name it.
 *
 * @returns false when the file is there already
 */
function createOwn(file: string): boolean {
  const own = asideOf(file);
  writeFileSync(own, `${process.pid}\n`);
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

const asideOf = (file: string): string => `${file}.${process.pid}`;

/** What the file says; undefined when it has gone in the meantime. */
function readHolder(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(holder: string, file: string): boolean {
  const pid = Number(holder);
  // Not written by this service: it names no living process.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return held.has(file);
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Ended, but not yet buried by its parent: on Linux such a process still answers to its number. */
function isZombie(pid: number): boolean {
  try {
    return /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Moves the file away before it is removed: another process may have taken the folder over since we looked, and its
 * file must not be lost. If it was that one's, it is put back.
 */
function removeStale(file: string, holder: string): void {
  const aside = asideOf(file);
  try {
    renameSync(file, aside);
    if (readHolder(aside) !== holder) linkSync(aside, file);
  } catch (error) {
    // Another process was quicker; the next look will tell who has it now.
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  }
  rmSync(aside, { force: true });
}

function inUse(folder: string, file: string, holder: string): string {
  return (
    `The data in ${folder} is in use by process ${holder}, and only one process at a time can use it. ` +
    `Stop that one, or set DATA_DIR to another folder. If process ${holder} is something else, delete ${file}.`
  );
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
