import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MIGRATIONS_FOLDER } from '../../../src/database/migrations/migrations';

/** All our migrations, the oldest first. */
export const MIGRATION_NAMES: readonly string[] = readdirSync(MIGRATIONS_FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** A new folder with the first so many of our migrations, and those given, by their names. The caller removes it. */
export function folderOfMigrations(count: number, others: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-migrations-'));
  for (const name of ['migration_lock.toml', ...MIGRATION_NAMES.slice(0, count)])
    cpSync(path.join(MIGRATIONS_FOLDER, name), path.join(folder, name), { recursive: true });
  for (const [name, script] of Object.entries(others)) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'migration.sql'), script);
  }
  return folder;
}
