import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, loadProcessConfig } from '../config';
import { ConfigError } from '../config/problems';
import { createBusinessCalendar } from '../metrics/calendar';
import type { Database } from '../platform/database/database';
import { openEmbedded } from '../platform/database/embedded';
import { openPostgres } from '../platform/database/postgres';
import { describeDrift } from '../workers/verification/compare';
import { verifyRollups } from '../workers/verification/verify';

const HELP = `Usage: npm run verify [-- --limit <number>]

Recomputes every rollup from the rows that were kept and names each that differs:

  event_hours 550e8400-e29b-41d4-a716-446655440000 2025-10-20T18:00Z: stored 12, recomputed 13

  --limit <number>  how many are named (default 50); the others are counted

Takes the environment of the service. With DATABASE_URL it runs beside the workers, reading one snapshot; like every
process of the service it first brings the schema up to date. Without, it opens the embedded data under DATA_DIR, and
the service must be stopped meanwhile: one process at a time can hold it.

Ends with 0 when nothing differs, 1 when something does, 2 when it could not be found out.`;

const EXIT = { clean: 0, drift: 1, failed: 2 } as const;

/** It could not be found out, for a reason that whoever asked can do something about. */
class CannotVerify extends Error {}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { limit: { type: 'string', default: '50' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(HELP);
    return EXIT.clean;
  }
  if (!/^\d{1,6}$/.test(values.limit)) {
    throw new CannotVerify('--limit: a whole number of at most six digits');
  }
  const database = await openDatabase(loadProcessConfig(createBusinessCalendar));
  try {
    return await report(database, Number(values.limit));
  } finally {
    await database.close();
  }
}

async function report(database: Database, limit: number): Promise<number> {
  const { drifts, count } = await verifyRollups(database, { limit, onProgress: tell });
  for (const drift of drifts) console.log(describeDrift(drift));
  if (count > drifts.length) console.log(`… and ${count - drifts.length} more`);
  tell(count === 0 ? 'Every rollup is what its raw rows add up to.' : `${count} figures differ.`);
  return count === 0 ? EXIT.clean : EXIT.drift;
}

/** To standard error, so that standard output holds the drifts alone. */
function tell(message: string): void {
  console.error(message);
}

function openDatabase({ database }: Config): Promise<Database> {
  if (database.kind === 'embedded') return openStopped(database.folder);
  return openPostgres({ url: database.url, poolSize: 1, onIdleError: (error) => tell(error.message) });
}

/**
 * PGlite is the database and its only process: two of them over one folder would spoil it. It leaves a mark while it
 * is open, and takes it away only in closing, so after a kill the mark means nothing; but then there is a log to be
 * recovered from, which is for the service to do.
 */
async function openStopped(folder: string): Promise<Database> {
  if (!existsSync(path.join(folder, 'PG_VERSION'))) {
    throw new CannotVerify(`There is no data in ${folder}, and DATABASE_URL is not set: nothing to verify.`);
  }
  if (existsSync(path.join(folder, 'postmaster.pid'))) {
    throw new CannotVerify(
      `${folder} is in use. Stop the service first: one process at a time can hold the embedded data. ` +
        'If it was killed, start it once more and stop it with Ctrl+C.',
    );
  }
  return openEmbedded({ folder });
}

function isForTheAsker(error: unknown): error is Error {
  return error instanceof CannotVerify || error instanceof ConfigError;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(isForTheAsker(error) ? error.message : error);
    process.exit(EXIT.failed);
  },
);
