import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationList } from '@prisma/schema-engine-wasm';
import { openSchemaEngine } from './schema-engine';

const PRISMA_FOLDER = path.resolve(__dirname, '../../../prisma');
export const MIGRATIONS_FOLDER = path.join(PRISMA_FOLDER, 'migrations');
export const SCHEMA_FILE = path.join(PRISMA_FOLDER, 'schema.prisma');

/** Nothing is managed by others: every table and enum of the database is described by schema.prisma. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

/**
 * Applies what is not applied yet, by Prisma's own engine, in the order of the folders' names, and records it in
 * `_prisma_migrations` as `prisma migrate deploy` does. The caller sees to it that one process does this at a time.
 *
 * @returns the names of the migrations applied now
 * @throws when a migration fails, or when the history says that an earlier one did
 */
export async function applyMigrations(
  factory: SqlMigrationAwareDriverAdapterFactory,
  folder = MIGRATIONS_FOLDER,
): Promise<readonly string[]> {
  const engine = await openSchemaEngine(factory);
  try {
    const applied = await engine.applyMigrations({
      migrationsList: readMigrations(folder),
      filters: NO_FILTERS,
    });
    return applied.appliedMigrationNames;
  } finally {
    engine.free();
  }
}

/** The migrations folder in the form that the engine takes. */
export function readMigrations(folder = MIGRATIONS_FOLDER): MigrationList {
  return {
    baseDir: folder,
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(path.join(folder, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
      .map((name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok', value: readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') },
        },
      })),
  };
}
