import { PGlite } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { type Database, openDatabase } from './database';
import { type FolderLock, lockFolder } from './folder-lock';
import { applyMigrations } from './migrations';
import type { StatementListener } from './statement-log';

export interface EmbeddedOptions {
  /** Where the data lies; in memory when left out. One process at a time. */
  readonly folder?: string;
  readonly onStatement?: StatementListener;
}

/**
 * Opens PostgreSQL inside this process (PGlite). One connection: transactions run one after another.
 *
 * @throws Error when another process has the folder: two of them would destroy each other's data
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const { folder } = options;
  const lock = folder === undefined ? undefined : lockFolder(folder);
  try {
    return await openLocked(options, lock);
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function openLocked(
  { folder, onStatement }: EmbeddedOptions,
  lock: FolderLock | undefined,
): Promise<Database> {
  const pglite = await PGlite.create({ ...(folder !== undefined && { dataDir: folder }) });
  const release = async (): Promise<void> => {
    await pglite.close();
    lock?.release();
  };
  const adapter = new PrismaPGlite(pglite);
  const session = {
    adapter: await adapter.connect(),
    run: async (script: string) => {
      await pglite.exec(script);
    },
  };
  await applyMigrations(session);
  return openDatabase({ adapter, onStatement, release });
}
