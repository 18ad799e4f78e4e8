import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm';
import { type ConcurrentIndex, concurrentIndexOf, inOneGo } from './concurrent-index';
import { factoryOf, type MigrationSession, watch, type WatchedSession } from './migration-session';
import { openSchemaEngine, type SchemaEngine } from './schema-engine';
import { readHistory } from './migration-history';
import { resumeUnfinished } from './unfinished-migration';

const PRISMA_FOLDER = path.resolve(__dirname, '../../../prisma');
export const MIGRATIONS_FOLDER = path.join(PRISMA_FOLDER, 'migrations');
export const SCHEMA_FILE = path.join(PRISMA_FOLDER, 'schema.prisma');

/** Nothing is managed by others: every table and enum of the database is described by schema.prisma. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

export interface ApplyOptions {
  readonly folder?: string;
  /** Sent after each BEGIN: locks and limits, for the length of the transaction. */
  readonly afterBegin?: string;
  /** Builds an index ahead of the transaction of its migration, beside those who write; left out where nobody does. */
  readonly buildIndex?: (index: ConcurrentIndex) => Promise<void>;
}

/**
 * Applies what is not applied yet, by Prisma's own engine, in the order of the folders' names, and records it in
 * `_prisma_migrations` as `prisma migrate deploy` does. Each migration and its record are one transaction: whenever the
 * process ends, the next one goes on with the first that is not there.
 *
 * @returns the names of the migrations applied now
 * @throws what the database answered, or UnfinishedMigration
 */
export async function applyMigrations(
  session: MigrationSession,
  options: ApplyOptions = {},
): Promise<readonly string[]> {
  const { folder = MIGRATIONS_FOLDER, afterBegin = '' } = options;
  const watched = watch(session);
  // The engine asks the server who it is. What keeps that from being answered it puts into words of its own.
  const engine = await openSchemaEngine(factoryOf(watched)).catch((error: unknown) => {
    throw watched.firstFailure ?? error;
  });
  try {
    const { migrationDirectories, ...list } = readMigrations(folder);
    const applied: string[] = [];
    // The engine applies all of a list that is missing: told of one more each time, it applies them one by one.
    for (const [index, migration] of migrationDirectories.entries()) {
      const upToThis = { ...list, migrationDirectories: migrationDirectories.slice(0, index + 1) };
      const isLast = upToThis.migrationDirectories.length === migrationDirectories.length;
      const runScript = await runnerOf(watched, migration, options);
      const work = () => applyNext(watched, engine, migration, { upToThis, isLast, runScript });
      applied.push(...(await inTransaction(watched, afterBegin, work)));
    }
    return applied;
  } finally {
    engine.free();
  }
}

type RunScript = WatchedSession['runScript'];

/** How the script of a migration is run in its transaction. An index that is built beside others is built by then. */
async function runnerOf(
  session: WatchedSession,
  migration: MigrationDirectory,
  { afterBegin = '', buildIndex }: ApplyOptions,
): Promise<RunScript> {
  const { content } = migration.migrationFile;
  const index = content.tag === 'ok' ? concurrentIndexOf(content.value) : undefined;
  if (index === undefined) return session.run;
  if (buildIndex === undefined) return () => session.run(inOneGo(index));
  const records = await inTransaction(session, afterBegin, () => readHistory(session));
  if (!records.some(({ name, isFinished }) => name === migration.path && isFinished)) await buildIndex(index);
  return () => Promise.resolve();
}

interface Turn {
  readonly upToThis: MigrationList;
  readonly isLast: boolean;
  readonly runScript: RunScript;
}

async function applyNext(
  session: WatchedSession,
  engine: SchemaEngine,
  migration: MigrationDirectory,
  { upToThis, isLast, runScript }: Turn,
): Promise<readonly string[]> {
  const history = await readHistory(session);
  const records = history.filter(({ name }) => name === migration.path);
  // The engine would look at those that come after it, too, which is for their own turn to do.
  if (records.some(({ isFinished }) => isFinished) && !isLast) return [];
  session.firstFailure = undefined;
  session.runScript = (await resumeUnfinished(session, migration, records)) ?? runScript;
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: upToThis,
      filters: NO_FILTERS,
    });
    return appliedMigrationNames;
  } catch (error) {
    throw session.firstFailure ?? error;
  }
}

/** The engine's own advisory lock outlasts a transaction, and is given back with its end. */
const GIVE_LOCKS_BACK = 'SELECT pg_advisory_unlock_all();';

/** Runs work in a transaction of its own. @param afterBegin sent after BEGIN */
export async function inTransaction<T>(
  { run }: MigrationSession,
  afterBegin: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    await run(`BEGIN; ${afterBegin}`);
    const result = await work();
    await run(`COMMIT; ${GIVE_LOCKS_BACK}`);
    return result;
  } catch (error) {
    // A connection that is lost takes its transaction along.
    await run(`ROLLBACK; ${GIVE_LOCKS_BACK}`).catch(() => undefined);
    throw error;
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
