import { parseArgs } from 'node:util';
import { loadDatabaseConfig } from '../config';
import { ConfigError } from '../config/problems';
import type { Database } from '../platform/database/database';
import { describeDrift } from '../workers/verification/compare';
import { verifyRollups } from '../workers/verification/verify';
import { CommandError } from './fail';
import { openStoredData } from './open-stored-data';

const HELP = `Usage: npm run verify [-- --limit <number>]

Recomputes every rollup from the rows that were kept and names each that differs:

  event_hours 550e8400-e29b-41d4-a716-446655440000 2025-10-20T18:00Z: stored 12, recomputed 13

  --limit <number>  how many are named (default 50); the others are counted

Takes DATABASE_URL or DATA_DIR from the environment. With DATABASE_URL it runs beside the workers, reading one snapshot; like every
process of the service it first brings the schema up to date. Without, it opens the embedded data under DATA_DIR, and
the service must be stopped meanwhile: one process at a time can hold it.

Ends with 0 when nothing differs, 1 when something does, 2 when it could not be found out.`;

const EXIT = { clean: 0, drift: 1, failed: 2 } as const;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { limit: { type: 'string', default: '50' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(HELP);
    return EXIT.clean;
  }
  if (!/^\d{1,6}$/.test(values.limit)) {
    throw new CommandError('--limit: a whole number of at most six digits');
  }
  const database = await openStoredData(loadDatabaseConfig());
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

function isForTheAsker(error: unknown): error is Error {
  return error instanceof CommandError || error instanceof ConfigError;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(isForTheAsker(error) ? error.message : error);
    process.exit(EXIT.failed);
  },
);
