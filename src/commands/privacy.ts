import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { vocabulary } from '../composition/vocabulary';
import { type CommandConfig, loadCommandConfig } from '../config';
import { hasOwnPrivacyKey } from '../config/keys';
import { isDatabaseUnavailable, reasonOf } from '../database/unavailable';
import { parseUuid } from '../domain/uuid';
import type { ParticipantId, Uuid } from '../domain/values';
import { digestsOf } from '../workers/projections/person-digests';
import { CommandError, inPlainWords } from './fail';
import { openSink, SINK_HELP, SINK_OPTIONS } from './open-sink';
import { openStoredData } from './open-stored-data';
import { readKeptOf } from './privacy/kept-of-person';

const HELP = `Usage: npm run privacy -- export --participant <uuid>
       npm run privacy -- erase --participant <uuid> [--event <uuid>]

What is kept of one participant, and forgetting them (docs/privacy.md says what is kept of whom, and for how long).

  export   prints as one JSON object all that is kept of the participant: what they took part in, what they were erased from,
           and dead letters that hold them. Kafka's log is not read.
  erase    sends a message of participant.erased, which the workers apply like one of the Participation Service: it takes in
           what the participant registered for until now. What has been counted stays.

  --participant <uuid>  whom, as the Participation Service calls them
  --event <uuid>        in this event alone; in all events when left out

export takes DATABASE_URL or DATA_DIR, and PRIVACY_KEY as the service has them, from the environment. With DATABASE_URL it can
run beside the workers; without, the service must be stopped.

${SINK_HELP}

Exits with 0 on success, 2 on a failure.`;

const EXIT = { done: 0, failed: 2 } as const;

const OPTIONS = {
  participant: { type: 'string' },
  event: { type: 'string' },
  help: { type: 'boolean' },
  ...SINK_OPTIONS,
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (values.help) {
    console.log(HELP);
    return EXIT.done;
  }
  const [action = '', ...others] = positionals;
  const act = ACTIONS[action];
  if (act === undefined || others.length > 0) throw new CommandError('export or erase? (see --help)');
  if (values.participant === undefined) throw new CommandError('Whom? --participant <uuid>');
  const participantId = readUuid('--participant', values.participant) as ParticipantId;
  await act(participantId, values, loadCommandConfig(vocabulary));
  return EXIT.done;
}

type Action = (participantId: ParticipantId, options: Options, config: CommandConfig) => Promise<void>;

const ACTIONS: Readonly<Record<string, Action>> = {
  async export(participantId, { event, url, token }, { service }) {
    if (event !== undefined) throw new CommandError('--event goes with erase: export tells of all events.');
    if (url !== undefined || token !== undefined)
      throw new CommandError('--url and --token go with erase: export reads the database.');
    const digests = digestsOf(service);
    const database = await openStoredData(service.database);
    try {
      console.log(JSON.stringify(await readKeptOf(database, participantId, digests), null, 2));
      if (digests === undefined)
        tell('PRIVACY_KEY is not set: what the participant was erased from is not told.');
    } finally {
      await database.close();
    }
  },

  async erase(participantId, { event, ...choice }, config) {
    const eventId = event === undefined ? null : readUuid('--event', event);
    requireKey(choice, config);
    const sink = await openSink(choice, config);
    try {
      const occurredAt = new Date().toISOString();
      const value = { messageId: randomUUID(), occurredAt, participantId, eventId };
      const { repeated } = await sink.send([{ topic: 'participant.erased', key: participantId, value }]);
      tell(
        repeated === undefined
          ? `Sent ${sink.destination}: ${APPLIED_SOON}`
          : `Erased: sent ${sink.destination}.`,
      );
    } finally {
      await sink.close();
    }
  },
};

const APPLIED_SOON = 'the workers apply it next, and export shows what is left then.';

/**
 * A worker in this process would wait for the key without an end; and a key that is taken without being set would bind a database to what
 * everybody knows.
 */
function requireKey({ url }: Options, { service }: CommandConfig): void {
  if (url === undefined && service.kafka === undefined && !hasOwnPrivacyKey(service))
    throw new CommandError('PRIVACY_KEY is not set, so nobody can be erased: set it as the service has it.');
}

/** What it is given instead may be about a person, and is not repeated. */
function readUuid(option: string, text: string): Uuid {
  const uuid = parseUuid(text.trim());
  if (uuid === undefined) throw new CommandError(`${option}: must be a uuid`);
  return uuid;
}

/** To standard error: standard output has only what is kept. */
function tell(message: string): void {
  console.error(message);
}

function inWords(error: unknown): string | undefined {
  return isDatabaseUnavailable(error)
    ? `The database does not answer: ${reasonOf(error)}`
    : inPlainWords(error);
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(inWords(error) ?? error);
    process.exit(EXIT.failed);
  },
);
