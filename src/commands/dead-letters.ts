import { parseArgs } from 'node:util';
import { vocabulary } from '../composition/vocabulary';
import { loadCommandConfig } from '../config';
import type { Database } from '../database/database';
import {
  countErasedLetters,
  countLetters,
  findLetter,
  newestLetters,
  type Wanted,
} from '../database/dead-letters/stored-letters';
import { describeLetters, describeWhole, summaryJson, wholeJson } from './dead-letters/describe';
import { oneLine } from './dead-letters/plain-text';
import { replay } from './dead-letters/replay';
import { CommandError, inPlainWords } from './fail';
import { interruption } from './interrupted';
import { openStoredData } from './open-stored-data';

const HELP = `Usage: npm run dead-letters -- list [--topic <topic>] [--limit <number>] [--json]
       npm run dead-letters -- show <id> [--json]
       npm run dead-letters -- replay <id…> | --all [--topic <topic>]

Rejected messages, each with the reason (docs/dead-letters.md says what to do about them).

  list      the newest, in order of time: which message, when and why it was rejected, and whether it waits to be sent to
            its dead-letter topic, is sent, or has been replayed
  show      one dead letter: its headers, its key, and its value, as text where it is text, else in base64. Personal data
            of participants is shown as it is.
  replay    applies dead letters again once the cause is fixed, for example by a version that understands them. A message
            that has been applied already changes nothing.

  --topic <topic>   only this topic, by its name at the broker, with prefix
  --limit <number>  how many are listed (default 50)
  --all             all that have not been replayed; those that held somebody who was erased are passed over, and counted
  --json            for other programs: one JSON object a line

Takes DATABASE_URL or DATA_DIR from the environment, and for replay REDIS_URL, KAFKA_TOPIC_PREFIX, PRIVACY_KEY and BUSINESS_TIME_ZONE as the
service has them. With DATABASE_URL it can run beside the workers; without, the service must be stopped.

Exits with 0 on success, 1 when a replayed letter is still rejected, 2 on any other failure.`;

const EXIT = { done: 0, rejected: 1, failed: 2 } as const;

const OPTIONS = {
  topic: { type: 'string' },
  limit: { type: 'string', default: '50' },
  all: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean' },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help) {
    console.log(HELP);
    return EXIT.done;
  }
  const [action = '', ...ids] = positionals;
  const act = ACTIONS[action];
  if (act === undefined) throw new CommandError('list, show or replay? (see --help)');
  return act(values, ids.map(readId));
}

type Action = (options: Options, ids: readonly bigint[]) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = {
  list({ topic, limit, json }, ids) {
    if (ids.length > 0) throw new CommandError('list takes no id; show does.');
    if (!/^\d{1,6}$/.test(limit)) throw new CommandError('--limit: a whole number of at most six digits');
    return withData(async (database) => {
      const letters = await newestLetters(database, topic, Number(limit));
      const all = await countLetters(database, topic);
      if (json) for (const letter of letters) console.log(JSON.stringify(summaryJson(letter)));
      else if (letters.length > 0) console.log(describeLetters(letters));
      report(
        all === letters.length
          ? `${all} dead letters.`
          : `The newest ${letters.length} of ${all} dead letters.`,
      );
      return EXIT.done;
    });
  },

  show({ json }, ids) {
    const [id, ...others] = ids;
    if (id === undefined || others.length > 0) throw new CommandError('show takes the id of one letter.');
    return withData(async (database) => {
      const letter = await findLetter(database, id);
      if (letter === undefined) throw new CommandError(`There is no dead letter ${id}.`);
      console.log(json ? JSON.stringify(wholeJson(letter)) : describeWhole(letter));
      return EXIT.done;
    });
  },

  replay(options, ids) {
    const wanted = readWanted(options, ids);
    return withData(async (database, config) => {
      if ('ids' in wanted) await requireLetters(database, wanted.ids);
      const onReplayed = (line: string): void => console.log(oneLine(line));
      const tally = await replay(config, database, wanted, onReplayed, interruption());
      const { all, applied, unchanged, rejected } = tally;
      report(
        `${all} replayed: ${applied} applied, ${unchanged} changed nothing, ${rejected} still rejected.`,
      );
      const passedOver = 'ids' in wanted ? 0 : await countErasedLetters(database, wanted.topic);
      if (passedOver > 0)
        report(
          `${passedOver} passed over: they held somebody who was erased, and their messages were taken out.`,
        );
      return rejected === 0 ? EXIT.done : EXIT.rejected;
    });
  },
};

function readWanted({ all, topic }: Options, ids: readonly bigint[]): Wanted {
  if (all && ids.length > 0) throw new CommandError('Either ids or --all.');
  if (all) return { topic };
  if (topic !== undefined) throw new CommandError('--topic goes with --all.');
  if (ids.length === 0) throw new CommandError('Which letters? Their ids, or --all.');
  return { ids };
}

function readId(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new CommandError(`${oneLine(text)} is no id of a dead letter.`);
  return BigInt(text);
}

async function requireLetters(database: Database, ids: readonly bigint[]): Promise<void> {
  for (const id of ids)
    if ((await findLetter(database, id)) === undefined)
      throw new CommandError(`There is no dead letter ${id}; nothing was replayed.`);
}

async function withData(
  work: (database: Database, config: ReturnType<typeof loadCommandConfig>) => Promise<number>,
): Promise<number> {
  const config = loadCommandConfig(vocabulary);
  const database = await openStoredData(config.service.database);
  try {
    // On the connections for background work: those for readers stay free.
    return await work({ ...database, ...database.background }, config);
  } finally {
    await database.close();
  }
}

/** To standard error: standard output has only the letters. */
function report(message: string): void {
  console.error(message);
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(inPlainWords(error) ?? error);
    process.exit(EXIT.failed);
  },
);
