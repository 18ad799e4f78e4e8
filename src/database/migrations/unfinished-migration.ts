import { createHash } from 'node:crypto';
import type { MigrationDirectory } from '@prisma/schema-engine-wasm';
import { z } from 'zod';
import { sqlState } from '../failures';
import { concurrentIndexOf } from './concurrent-index';
import type { MigrationRecord } from './migration-history';
import { type MigrationSession, rowsOf } from './migration-session';

/** A migration of an earlier start that did not end, of which it cannot be told what is in the database. */
class UnfinishedMigration extends Error {
  override readonly name = 'UnfinishedMigration';
}

/**
 * Version 0.5 and older ran a migration's statements one by one, outside of any transaction: a process that was killed
 * left the first few of them behind, and a record that was begun and not finished, which Prisma's engine refuses for
 * good. No process has used what it left: a service opens only once all migrations are there. What is missing is run now,
 * where it is certain which statements those are.
 *
 * @returns how to run the script of this migration; undefined when it was not begun, or has been finished
 * @throws UnfinishedMigration when it is not certain, saying what to do
 */
export async function resumeUnfinished(
  session: MigrationSession,
  { path: name, migrationFile: { content } }: MigrationDirectory,
  records: readonly MigrationRecord[],
): Promise<((script: string) => Promise<void>) | undefined> {
  const unfinished = records.filter(({ isFinished }) => !isFinished);
  if (content.tag !== 'ok' || unfinished.length === 0) return undefined;
  const checksum = createHash('sha256').update(content.value).digest('hex');
  for (const { checksum: then } of unfinished)
    if (then !== checksum) throw cannotTell(name, 'its script was another one then');
  const deletion = `DELETE FROM "_prisma_migrations" WHERE "id" IN (${unfinished.map(({ id }) => quoted(id)).join()})`;
  if (concurrentIndexOf(content.value) !== undefined) {
    // Prisma's own command failed, or was ended, while it built the index, which was built anew ahead of this, as always.
    await session.run(deletion);
    return undefined;
  }
  for (const { logs } of unfinished) if (logs !== null) throw cannotTell(name, `it failed with: ${logs}`);
  const missing = await missingStatements(session, name, statementsOf(content.value));
  await session.run(deletion);
  return () => session.run(missing.join(';\n'));
}

/**
 * What was run is the beginning of the script, up to some statement. One that creates something is seen by what it
 * created, and with it all before it.
 */
async function missingStatements(
  session: MigrationSession,
  name: string,
  statements: readonly string[],
): Promise<readonly string[]> {
  let applied = statements.length;
  while (applied > 0 && !(await hasCreated(session, statements[applied - 1] ?? ''))) applied -= 1;
  const missing = statements.slice(applied);
  const [next = ''] = missing;
  if (next === '' || CREATION.test(next)) return missing;
  // It may have been the last that was run, having left nothing that it could be seen by, or the first that was not.
  const [, target] = /^INSERT INTO ("\w+")/i.exec(next) ?? [];
  const isOfThisMigration = statements.some((each) => each.startsWith(`CREATE TABLE ${target} `));
  if (target === undefined || !isOfThisMigration)
    throw cannotTell(name, `nothing tells whether it ran: ${next}`);
  const rows = await rowsOf(session, z.tuple([z.boolean()]), `SELECT EXISTS (SELECT 1 FROM ${target})`);
  return rows[0]?.[0] === true ? missing.slice(1) : missing;
}

const CREATION = /^(CREATE (TYPE|TABLE|INDEX|UNIQUE INDEX)|ALTER TABLE "\w+" ADD (COLUMN|CONSTRAINT)) /i;
/** Of PostgreSQL: an object, a table or index, a column of this name is there already. */
const IS_THERE = new Set(['42710', '42P07', '42701']);

/** Tries it, and takes it back. */
async function hasCreated(session: MigrationSession, statement: string): Promise<boolean> {
  if (!CREATION.test(statement)) return false;
  await session.run('SAVEPOINT tried');
  try {
    await session.run(statement);
    return false;
  } catch (error) {
    return IS_THERE.has(sqlState(error) ?? '');
  } finally {
    await session.run('ROLLBACK TO SAVEPOINT tried');
  }
}

/** As those versions took a script apart. */
function statementsOf(script: string): string[] {
  return script
    .replaceAll(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function cannotTell(name: string, why: string): UnfinishedMigration {
  return new UnfinishedMigration(
    `The migration ${name} was begun by an earlier start and not finished, and what of it is in the database cannot be ` +
      `told: ${why}. Put back a backup from before it; or undo by hand what prisma/migrations/${name}/migration.sql has ` +
      `done, and then: DELETE FROM _prisma_migrations WHERE migration_name = ${quoted(name)} AND finished_at IS NULL.`,
  );
}
