import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../../src/database/database';
import { openEmbedded } from '../../../src/database/embedded/embedded';
import { openPostgres } from '../../../src/database/postgres';
import type { StatementListener } from '../../../src/database/statement-log';
import { layOutEmbedded, removeEmbedded } from '../database/embedded-template';
import { distributionOf, freshDatabase } from '../isolation';

export interface OpenedDatabase {
  readonly database: Database;
  /** Undefined for the one inside this process. */
  readonly url: string | undefined;
  close(): Promise<void>;
}

export type OpenDatabase = (onStatement?: StatementListener) => Promise<OpenedDatabase>;

/** In a folder of its own, and gone when it is closed. */
export const openPglite: OpenDatabase = async (onStatement) => {
  const parent = mkdtempSync(path.join(tmpdir(), 'analytics-pglite-'));
  const folder = path.join(parent, 'postgres');
  await layOutEmbedded(folder);
  const database = await openEmbedded({ folder, ...(onStatement && { onStatement }) });
  return {
    database,
    url: undefined,
    async close() {
      await database.close();
      await removeEmbedded(parent);
    },
  };
};

/** A database of its own on the run's server. */
export const openServer: OpenDatabase = async (onStatement) => {
  const own = await freshDatabase();
  const onAway = (reason: string): never => {
    throw new Error(reason);
  };
  const database = await openPostgres({
    url: own.url,
    distribution: distributionOf(own.url),
    poolSize: 8,
    onAway,
    ...(onStatement && { onStatement }),
  });
  return {
    database,
    url: own.url,
    async close() {
      await database.close();
      await own.drop();
    },
  };
};

/** For suites that hold on either. */
export const BOTH_DATABASES = [
  ['PGlite', openPglite],
  ['PostgreSQL', openServer],
] as const;
