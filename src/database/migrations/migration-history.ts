import { z } from 'zod';
import { ENGINE_LOCK } from '../advisory-locks';
import { type MigrationSession, rowsOf } from './migration-session';

/** A row of Prisma's table, of a migration that was begun and not rolled back. */
export interface MigrationRecord {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of its script, in hexadecimal. */
  readonly checksum: string;
  readonly isFinished: boolean;
  /** Why it failed; null when it did not, or when the process ended before it could say so. */
  readonly logs: string | null;
}

/** Read under the engine's lock: what its own command applies at the moment is not finished either. */
export async function readHistory(session: MigrationSession): Promise<MigrationRecord[]> {
  await session.run(`SELECT pg_advisory_xact_lock(${ENGINE_LOCK})`);
  const isThere = await rowsOf(
    session,
    z.tuple([z.boolean()]),
    `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL`,
  );
  if (isThere[0]?.[0] !== true) return [];
  const rows = await rowsOf(
    session,
    z.tuple([z.string(), z.string(), z.string(), z.boolean(), z.string().nullable()]),
    `SELECT "id", "migration_name", "checksum", "finished_at" IS NOT NULL, "logs" FROM "_prisma_migrations"
     WHERE "rolled_back_at" IS NULL`,
  );
  return rows.map(([id, name, checksum, isFinished, logs]) => ({ id, name, checksum, isFinished, logs }));
}
