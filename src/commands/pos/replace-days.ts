import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../config';
import type { BusinessCalendar } from '../../domain/calendar';
import type { MessageId, StoreId } from '../../domain/values';
import type { Database } from '../../database/database';
import { countStoredSales, storedDays } from '../../database/sales';
import type { MessageSink } from '../../messaging/sink/sink';
import { signedKrw } from '../../workers/messages/fields';
import { CommandError } from '../fail';
import { hasData, openStoredData } from '../open-stored-data';
import { correctionsOf, type DayCorrection, messagesOf, type StatedDay } from './day-corrections';
import { saleMessage } from './send-sales';

/** How often it is asked whether what was sent is stored, and how long it may take. */
const EVERY_MS = 500;
const STORED_WITHIN_MS = 120_000;
/** How many messages one statement asks for. */
const IDS_AT_ONCE = 10_000;

/**
 * The database that the messages end up in; undefined while there is none. It is opened anew for each step: embedded, only one
 * process can have it open.
 */
export type OpenDatabase = () => Promise<Database | undefined>;

/**
 * How to look at what is stored.
 *
 * @param isElsewhere whether the messages go to another process, whose database is only known by DATABASE_URL
 * @throws CommandError when that is missing
 */
export function databaseToLookAt({ database }: Pick<Config, 'database'>, isElsewhere: boolean): OpenDatabase {
  if (database.kind === 'postgres') return () => openStoredData(database);
  if (isElsewhere)
    throw new CommandError(
      '--replace-days looks at what is stored: name the database of the service by DATABASE_URL.',
    );
  return () => (hasData(database.folder) ? openStoredData(database) : Promise.resolve(undefined));
}

/** What has to be sent besides the sales of the file, so that its days are as it states them. */
export async function planCorrections(
  open: OpenDatabase,
  storeId: StoreId,
  stated: readonly StatedDay[],
): Promise<readonly DayCorrection[]> {
  const stored = await lookAt(open, (database) => storedOf(database, storeId, stated));
  const corrections = correctionsOf(storeId, stated, stored);
  for (const { day, correction } of corrections) {
    if (!signedKrw.safeParse(Number(correction)).success)
      throw new CommandError(
        `${day}: would have to be corrected by ${correction} won, more than a message may hold.`,
      );
  }
  return corrections;
}

/** Sends what sets the days right, behind the sales of the file. */
export async function sendCorrections(
  corrections: readonly DayCorrection[],
  {
    sink,
    ...to
  }: { readonly sink: MessageSink; readonly storeId: StoreId; readonly calendar: BusinessCalendar },
): Promise<void> {
  const messages = corrections
    .filter(({ correction }) => correction !== 0n)
    .map(({ messageId, day, correction }) => saleMessage({ messageId, day, amount: Number(correction) }, to));
  if (messages.length > 0) await sink.send(messages);
}

/**
 * Waits until what was sent is stored, and looks whether the days are what the file states: something else may have been
 * counted meanwhile.
 *
 * @throws CommandError when a day is not, or not yet
 */
export async function requireReplaced(
  open: OpenDatabase,
  storeId: StoreId,
  stated: readonly StatedDay[],
  corrections: readonly DayCorrection[],
): Promise<void> {
  const sent = messagesOf(stated, corrections);
  const stored = await lookAt(open, async (database) => {
    await untilStored(database, sent);
    return storedOf(database, storeId, stated);
  });
  const amounts = new Map(stored.map(({ day, amount }) => [day, amount]));
  const wrong = stated.filter(({ day, amount }) => amounts.get(day) !== amount);
  if (wrong.length === 0) return;
  const days = wrong
    .map(({ day, amount }) => `${day} is ${amounts.get(day)} won and not ${amount}`)
    .join('; ');
  throw new CommandError(`${days}: something else was counted meanwhile. Run the same command again.`);
}

async function untilStored(database: Database, ids: readonly MessageId[]): Promise<void> {
  const until = performance.now() + STORED_WITHIN_MS;
  // What is stored stays, so that no part is looked at again.
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE)
    await untilAllStored(database, ids.slice(from, from + IDS_AT_ONCE), until);
}

async function untilAllStored(database: Database, ids: readonly MessageId[], until: number): Promise<void> {
  while ((await countStoredSales(database.background, ids)) < ids.length) {
    if (performance.now() > until)
      throw new CommandError(
        'All was sent, and not all is stored yet, so it is not known whether the days are right. When the workers have ' +
          'caught up, run the same command again: nothing counts twice.',
      );
    await pause(EVERY_MS);
  }
}

function storedOf(
  database: Database,
  storeId: StoreId,
  stated: readonly StatedDay[],
): ReturnType<typeof storedDays> {
  return storedDays(
    database.background,
    storeId,
    stated.map(({ day }) => day),
    stated.flatMap(({ ids }) => ids),
  );
}

/** @returns nothing where there is no database yet */
async function lookAt<T>(
  open: OpenDatabase,
  look: (database: Database) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const database = await open();
  try {
    return database === undefined ? [] : await look(database);
  } finally {
    await database?.close();
  }
}
