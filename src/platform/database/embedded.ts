import { PGlite } from '@electric-sql/pglite';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { type Database, openDatabase } from './database';
import { applyMigrations } from './migrations';
import type { StatementListener } from './statement-log';

export interface EmbeddedOptions {
  /** Where the data lies; in memory when left out. One process at a time. */
  readonly folder?: string;
  readonly onStatement?: StatementListener;
}

/** Opens PostgreSQL inside this process (PGlite). One connection: transactions run one after another. */
export async function openEmbedded({ folder, onStatement }: EmbeddedOptions): Promise<Database> {
  const pglite = await PGlite.create({ ...(folder !== undefined && { dataDir: folder }) });
  const adapter = awaitScripts(new PrismaPGlite(pglite), pglite);
  await applyMigrations(adapter);
  return openDatabase({ adapter, onStatement, release: () => pglite.close() });
}

/** The adapter starts a script without awaiting it, so a migration that failed would be reported as applied. */
function awaitScripts(factory: PrismaPGlite, pglite: PGlite): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => {
      const adapter = await factory.connect();
      adapter.executeScript = async (script) => {
        await pglite.exec(script);
      };
      return adapter;
    },
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}
