import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { FaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import { INDEX_LOCK } from '../advisory-locks';
import { type MigrationSession, rowsOf } from './migration-session';

/** An index of a table that others write to while it is built: the one statement of its migration. */
export interface ConcurrentIndex {
  readonly name: string;
  readonly statement: string;
}

const STATEMENT = /^(CREATE (?:UNIQUE )?INDEX )CONCURRENTLY (IF NOT EXISTS "(\w+)"[^;]*);?$/i;

/** @returns undefined when the script is another one */
export function concurrentIndexOf(script: string): ConcurrentIndex | undefined {
  const statement = script.replaceAll(/^\s*--.*$/gm, '').trim();
  const name = STATEMENT.exec(statement)?.[3];
  return name === undefined ? undefined : { name, statement };
}

/** The same index, for a transaction: where nobody is who could write. */
export const inOneGo = ({ statement }: ConcurrentIndex): string => statement.replace(STATEMENT, '$1$2');

const LOOK_AGAIN_MS = 500;
/** It takes as long as it takes, and keeps nobody from anything. A process that is frozen behind it gives up its lock. */
const WITHOUT_LIMITS = `SET statement_timeout = 0; SET lock_timeout = 0; SET idle_session_timeout = '10s'`;
const LIMITS_AS_BEFORE = 'RESET statement_timeout; RESET lock_timeout; RESET idle_session_timeout';

export interface BuildingLogs {
  readonly log: Logger;
  /** That another process builds it is a fault that ends. */
  readonly waiting: FaultLog;
}

/**
 * Builds it outside of any transaction, one process at a time. Nobody waits for that lock within a statement: the building waits
 * for all statements that run, and would for those, too.
 *
 * One that is half built PostgreSQL calls invalid: nothing is read by it, but all who write keep it up to date, and a unique one
 * refuses what it holds already. So it is dropped where the building fails; where the process ended within it, by the next start.
 */
export async function buildConcurrently(
  session: MigrationSession,
  { name, statement }: ConcurrentIndex,
  { waiting, log }: BuildingLogs,
): Promise<void> {
  while (!(await isTrue(session, `SELECT pg_try_advisory_lock(${INDEX_LOCK})`))) {
    waiting.failed(new Error(`Another process builds the index ${name}.`));
    await pause(LOOK_AGAIN_MS);
  }
  try {
    await session.run(WITHOUT_LIMITS);
    // By hand, ahead of the start: until it is there it is invalid, too.
    while (await isTrue(session, isBeingBuilt(name))) {
      waiting.failed(new Error(`Somebody builds the index ${name}.`));
      await pause(LOOK_AGAIN_MS);
    }
    await dropInvalid(session, name);
    await telling(log, name, session.run(statement)).catch(async (error: unknown) => {
      // Should that fail as well, the next start tries it.
      await dropInvalid(session, name).catch(() => undefined);
      throw error;
    });
  } finally {
    // A connection that is lost takes both along.
    await session.run(`${LIMITS_AS_BEFORE}; SELECT pg_advisory_unlock(${INDEX_LOCK})`).catch(() => undefined);
  }
}

/** Of a table with few rows, or in a new database, there is nothing to tell. */
const TOLD_BEHIND_MS = 1_000;

/** Says that it is being built, where that takes a while: the process is not ready until then. */
async function telling<T>(log: Logger, index: string, building: Promise<T>): Promise<T> {
  const tell = setTimeout(
    () => log.info({ index }, 'building an index beside those who write'),
    TOLD_BEHIND_MS,
  );
  try {
    return await building;
  } finally {
    clearTimeout(tell);
  }
}

const isBeingBuilt = (name: string): string =>
  `SELECT EXISTS (SELECT 1 FROM pg_stat_progress_create_index WHERE index_relid = to_regclass('"${name}"'))`;

async function dropInvalid(session: MigrationSession, name: string): Promise<void> {
  const isInvalid = `SELECT EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('"${name}"') AND NOT indisvalid)`;
  if (await isTrue(session, isInvalid)) await session.run(`DROP INDEX CONCURRENTLY IF EXISTS "${name}"`);
}

async function isTrue(session: MigrationSession, query: string): Promise<boolean> {
  return (await rowsOf(session, z.tuple([z.boolean()]), query))[0]?.[0] === true;
}
