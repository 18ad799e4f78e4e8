import { startService } from '../composition';
import type { CommandConfig, Config } from '../config';
import { createLifecycle } from '../lifecycle';
import { systemClock, type Clock } from '../runtime/clock';
import { FolderInUse } from '../database/embedded/folder-lock';
import { createLogger, type Logger } from '../observability/log';
import { createEmbeddedSink } from '../messaging/sink/embedded';
import { createHttpSink } from '../messaging/sink/http';
import { openKafkaSink } from '../messaging/sink/kafka';
import { type MessageSink, MessagesRefused, type OutgoingMessage } from '../messaging/sink/sink';
import { connectKafka } from '../messaging/source/kafka-connection';
import { TOPICS, isTopic } from '../workers/messages/topics';
import { canSign, developmentToken } from './development-token';
import { CommandError } from './fail';
import { parseValue } from '../workers/messages/parse';

/** The options that select where a command's messages go. */
export const SINK_OPTIONS = { url: { type: 'string' }, token: { type: 'string' } } as const;

export const SINK_HELP = `Where the messages go:
  --url <http://host:port>  to a running service that accepts messages over HTTP (POST /dev/events)
  --token <token>           the token for it; without, one is signed with JWT_SECRET
  With KAFKA_BROKERS in the environment (and no --url): to its topics, with KAFKA_TOPIC_PREFIX, KAFKA_SSL and
  KAFKA_SASL_… as the service reads them. With neither: into the database of DATABASE_URL or DATA_DIR, by a worker in
  this process; a service that uses DATA_DIR must be stopped, or addressed with --url.`;

export interface SinkChoice {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}

export interface OpenedSink extends MessageSink {
  /** Where messages go, to end a sentence: "to the topics of Kafka". Contains no credential. */
  readonly destination: string;
}

/**
 * Opens the sink that options and environment select. Every sink rejects a message before sending it if a worker would
 * reject it.
 *
 * @throws CommandError when it cannot be opened, for a reason that the user can fix
 */
export async function openSink(choice: SinkChoice, config: CommandConfig): Promise<OpenedSink> {
  // Standard output is for the command's own output.
  const log = createLogger({ level: config.service.logLevel, destination: process.stderr });
  const { destination, ...sink } = await open(choice, config, log);
  return { ...refuseWhatCannotBeStored(sink, systemClock), destination };
}

function open({ url, token }: SinkChoice, config: CommandConfig, log: Logger): Promise<OpenedSink> {
  if (url !== undefined) return Promise.resolve(overHttp(url, token ?? signedBySecret(config)));
  if (token !== undefined) throw new CommandError('--token needs --url: it is sent to a running service.');
  return config.service.kafka === undefined
    ? openEmbedded(config.service, log)
    : ontoTopics(config.service, config.service.kafka, log);
}

function overHttp(url: string, token: string): OpenedSink {
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new CommandError('--url: must be like http://localhost:8084');
  }
  return { ...createHttpSink({ url, token }), destination: `to the service at ${new URL(url).origin}` };
}

function signedBySecret({ token }: CommandConfig): string {
  if (canSign(token)) return developmentToken(token, undefined, systemClock.now());
  throw new CommandError(
    '--token: is missing (the service prints one when it makes up its own key at start)',
  );
}

async function ontoTopics(
  { topicPrefix }: Config,
  kafka: NonNullable<Config['kafka']>,
  log: Logger,
): Promise<OpenedSink> {
  const sink = await openKafkaSink({ kafka: connectKafka(kafka, log), topics: TOPICS, topicPrefix, log });
  return { ...sink, destination: 'to the topics of Kafka' };
}

/** Runs the service's own worker, without a gateway, until the command ends. */
async function openEmbedded(config: Config, log: Logger): Promise<OpenedSink> {
  const lifecycle = createLifecycle({ timeoutMs: config.shutdownTimeoutMs, log });
  const close = async (): Promise<void> => {
    const { failures, hung } = await lifecycle.stop();
    if (failures.length + hung.length > 0) throw new Error('The worker in this process did not end cleanly.');
  };
  try {
    const { embeddedSource } = await startService(config, { lifecycle, log, isCommand: true });
    if (embeddedSource === undefined) throw new Error('Without Kafka there must be a source in the process.');
    return { ...createEmbeddedSink(embeddedSource), close, destination: whereStored(config) };
  } catch (error) {
    await close();
    if (!(error instanceof FolderInUse)) throw error;
    const hint = 'To send to the service that runs there, name it with --url.';
    throw new CommandError(`${error.message} ${hint}`, { cause: error });
  }
}

function whereStored({ database }: Config): string {
  return database.kind === 'postgres' ? 'into the database of DATABASE_URL' : `into ${database.folder}`;
}

/**
 * Checks every message with the workers' own parser before any is sent: on a topic an invalid one would become a dead
 * letter, and its sender would not know.
 */
export function refuseWhatCannotBeStored(sink: MessageSink, clock: Clock): MessageSink {
  const check = ({ topic, value }: OutgoingMessage): void => {
    if (!isTopic(topic)) throw new MessagesRefused(topic, 'there is no such topic');
    const parsed = parseValue(topic, value, clock.now());
    if (parsed.kind === 'rejected') throw new MessagesRefused(topic, parsed.reason);
  };
  return {
    async send(messages) {
      for (const message of messages) check(message);
      return sink.send(messages);
    },
    close: () => sink.close(),
  };
}
