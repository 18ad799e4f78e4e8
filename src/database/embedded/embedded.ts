import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { createLogger, type Logger } from '../../observability/log';
import { type Database, openDatabase } from '../database';
import { createDiskReserve, type DiskReserve, MEBIBYTE, UNLIMITED } from './disk-reserve';
import { createEmbeddedAdapter } from './embedded-adapter';
import { openConnection } from './embedded-connection';
import { type FolderLock, lockFolder } from './folder-lock';
import { applyMigrations } from '../migrations/migrations';
import type { StatementListener } from '../statement-log';

export interface EmbeddedOptions {
  /** Where the data lies; in memory when left out. One process at a time. */
  readonly folder?: string;
  readonly onStatement?: StatementListener;
  /** Told when the disk is full, and when the database had to be started again. */
  readonly log?: Logger;
  /** What has to be free on the disk for anything to be stored, in bytes. */
  readonly reserveBytes?: number;
}

/** Four segments of PostgreSQL's log: what one batch may come to, and a start that repairs its files. */
const RESERVE_BYTES = 64 * MEBIBYTE;

export interface EmbeddedDatabase extends Database {
  /** @throws DiskFull when nothing could be stored at the moment */
  checkRoom(): Promise<void>;
}

/**
 * Opens PostgreSQL inside this process (PGlite). One connection: transactions run one after another.
 *
 * @throws Error when another process has the folder: two of them would destroy each other's data
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { folder } = options;
  const lock = folder === undefined ? undefined : lockFolder(folder);
  try {
    return await openLocked(options, lock);
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function openLocked(options: EmbeddedOptions, lock: FolderLock | undefined): Promise<EmbeddedDatabase> {
  const { folder, onStatement, log = createLogger({ level: 'silent' }) } = options;
  if (folder !== undefined) await layOut(folder);
  const reserve = reserveOf(options, log);
  const connection = await openConnection({ folder, freeBytes: () => reserve.freeBytes(), log });
  const release = async (): Promise<void> => {
    await connection.close();
    lock?.release();
  };
  try {
    await applyMigrations(connection.session);
  } catch (error) {
    await release();
    throw error;
  }
  const adapter = createEmbeddedAdapter({ connection: () => connection.current(), reserve });
  const database = await openDatabase({ adapter, onStatement, release });
  return { ...database, checkRoom: () => reserve.check() };
}

function reserveOf({ folder, reserveBytes = RESERVE_BYTES }: EmbeddedOptions, log: Logger): DiskReserve {
  return folder === undefined ? UNLIMITED : createDiskReserve({ folder, bytes: reserveBytes, log });
}

/** Beside its place, where it is put once it is complete: a process that ends before leaves nothing half done. */
async function layOut(folder: string): Promise<void> {
  const isThere = existsSync(folder) && readdirSync(folder).length > 0;
  if (isThere) return;
  const beside = `${folder}.new`;
  rmSync(beside, { recursive: true, force: true });
  const pglite = await PGlite.create({ dataDir: beside });
  await pglite.close();
  rmSync(folder, { recursive: true, force: true });
  renameSync(beside, folder);
}
