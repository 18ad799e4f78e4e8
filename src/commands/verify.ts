import { parseArgs } from 'node:util';
import { loadStoredDataConfig } from '../config';
import { type BusinessCalendar, createBusinessCalendar } from '../domain/calendar';
import type { Database } from '../database/database';
import type { SealedCounts } from '../database/sealed-counts';
import { isDatabaseUnavailable, reasonOf } from '../database/unavailable';
import { settlesWithin } from '../runtime/timeout';
import { describeDrift } from '../workers/verification/compare';
import { PrivacyKeyMismatch } from '../workers/projections/person-digests';
import { CannotTell } from '../workers/verification/log/read-log';
import { verifyRollups } from '../workers/verification/verify';
import { CommandError, inPlainWords } from './fail';
import { openStoredData } from './open-stored-data';
import { openVerifiableLog, type VerifiableLog } from './verify-log';
import { setTimeout as pause } from 'node:timers/promises';

const HELP = `Usage: npm run verify [-- [--log [--keeps <days>]] [--limit <number>]]

Recomputes every rollup from the stored rows and prints each that differs:

  event_hours 550e8400-e29b-41d4-a716-446655440000 2025-10-20T18:00Z: stored 12, recomputed 13

  --limit <number>  how many are printed (default 50); the others are counted
  --log             also compares the stored rows with Kafka's log, as far back as the log reaches: each message before
                    the stored offset must have been applied or be a dead letter. Prints each that is missing, by topic,
                    partition and offset, up to the limit, then the number of messages of each partition:

  missing: participant.registered/2@1043: no row of participant 770e8400-… of event 550e8400-…

                    Messages from the stored offset on are not applied yet, and no drift. It reads KAFKA_BROKERS,
                    KAFKA_TOPIC_PREFIX, KAFKA_MESSAGE_SHAPES, KAFKA_SSL…, KAFKA_SASL_…, PRIVACY_KEY and
                    BUSINESS_TIME_ZONE as the service has them, and joins no consumer group.

                    What Kafka deleted before it was read is named by its offsets, and between which two instants it was
                    written, until its row in log_gaps is deleted (docs/backup.md):

  deleted unread: sales.recorded/0: offsets 20 to 49, written between 2026-11-28T10:00:00.000Z and 2026-11-28T10:09:00.000Z

  --keeps <days>    with --log: each topic must be kept for so long, the age of the oldest backup and the time to restore it

Reads DATABASE_URL or DATA_DIR, and BUSINESS_TIME_ZONE as the service has it, from the environment. With DATABASE_URL
it can run beside the workers and reads one snapshot; like every process of the service it first migrates the schema.
Without, it opens the embedded data under DATA_DIR, and the service must be stopped: only one process at a time can
open it.

Exits with 0 when nothing differs, 1 when something does, 2 when the check failed.`;

/** How often a database that is being worked on is asked whether it answers. */
const EVERY_MS = 3_000;
/** A server that restarts is available sooner. */
const SILENT_CHECKS = 5;
const CLOSE_WITHIN_MS = 5_000;
const EXIT = { clean: 0, drift: 1, failed: 2 } as const;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      limit: { type: 'string', default: '50' },
      log: { type: 'boolean' },
      keeps: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return EXIT.clean;
  }
  if (!/^\d{1,6}$/.test(values.limit)) {
    throw new CommandError('--limit: a whole number of at most six digits');
  }
  const keptDays = readDays(values.keeps);
  if (keptDays !== undefined && values.log !== true) throw new CommandError('--keeps goes with --log.');
  const log = values.log ? await openVerifiableLog() : undefined;
  const config = loadStoredDataConfig(createBusinessCalendar);
  const calendar = createBusinessCalendar(config.businessTimeZone);
  const database = await openStoredData(config.database);
  try {
    return await whileAnswering(database, () =>
      report(database, log, { limit: Number(values.limit), keptDays, calendar }),
    );
  } finally {
    // The process ends next, which closes what does not close in time.
    await settlesWithin(CLOSE_WITHIN_MS, Promise.all([database.close(), log?.close()]));
  }
}

function readDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,4}$/.test(text))
    throw new CommandError('--keeps: a whole number of days, of at most four digits');
  return Number(text);
}

interface Wanted {
  readonly limit: number;
  /** For how many days Kafka has to keep its topics; undefined where that is not asked. */
  readonly keptDays: number | undefined;
  readonly calendar: BusinessCalendar;
}

async function report(database: Database, log: VerifiableLog | undefined, wanted: Wanted): Promise<number> {
  const drifts = await reportRollups(database, wanted);
  const missing = log === undefined ? 0 : await reportLog(database, log, wanted);
  return drifts + missing === 0 ? EXIT.clean : EXIT.drift;
}

async function reportLog(database: Database, log: VerifiableLog, wanted: Wanted): Promise<number> {
  const missing = await log.report(database, wanted.limit);
  const tooShort = wanted.keptDays === undefined ? 0 : await log.reportRetention(wanted.keptDays);
  return missing + tooShort;
}

async function reportRollups(database: Database, wanted: Wanted): Promise<number> {
  const { drifts, count, sealed } = await verifyRollups(database, { ...wanted, onProgress: tell });
  for (const drift of drifts) console.log(describeDrift(drift));
  if (count > drifts.length) console.log(`… and ${count - drifts.length} more`);
  if (sealed.sealed > 0) tell(describeSealed(sealed));
  tell(count === 0 ? 'Every rollup is what its raw rows add up to.' : `${count} figures differ.`);
  return count;
}

function describeSealed({ sealed, leaving }: SealedCounts): string {
  const left =
    leaving === 0 ? 'their registrations have left' : `of ${leaving} the registrations are leaving`;
  return `Sealed events: ${sealed}; ${left}. Compared with what they were when they were sealed.`;
}

/** To standard error: standard output has only the drifts. */
function tell(message: string): void {
  console.error(message);
}

/** @returns undefined for an unexpected error, whose stack should be printed */
function inWords(error: unknown): string | undefined {
  if (error instanceof CannotTell || error instanceof PrivacyKeyMismatch) return error.message;
  if (error instanceof CommandError || !isDatabaseUnavailable(error)) return inPlainWords(error);
  return `The database does not answer: ${reasonOf(error)}`;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(inWords(error) ?? error);
    process.exit(EXIT.failed);
  },
);

/**
 * Runs long work on a database and gives up when the database stops answering: a statement without a timeout would wait as
 * long as the server hangs.
 *
 * @throws CannotTell then; otherwise what the work throws
 */
async function whileAnswering<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([work(), untilSilent(database, over.signal)]);
  } finally {
    over.abort();
  }
}

async function untilSilent(database: Database, signal: AbortSignal): Promise<never> {
  for (let silent = 0; silent < SILENT_CHECKS;) {
    await pause(EVERY_MS, undefined, { signal });
    silent = await database.check().then(
      () => 0,
      () => silent + 1,
    );
  }
  throw new CannotTell('The database does not answer.');
}
