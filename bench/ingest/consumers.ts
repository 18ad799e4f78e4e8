import { z } from 'zod';
import { rivalProgram } from '../contest/installed';
import { startChild } from '../live/child';
import { nothing } from '../live/messages';
import { openCounted } from './counted';
import type { Log } from './log';
import { pinned, type MeasuredConsumer } from './measure';

export interface Setup {
  readonly brokers: readonly string[];
  readonly redisUrl: string;
  readonly log: Log;
  readonly messages: number;
  /** What the service's worker is started with. */
  readonly nodeOptions: readonly string[];
  /** Name a receiver of traces. */
  readonly traces?: NodeJS.ProcessEnv;
}

/** A consumer of single messages is not measured over all of them. */
const MOST_ONE_BY_ONE = 20_000;

/** The service's worker first, then the rivals, which do part of its work. */
export function consumersOf(setup: Setup): readonly MeasuredConsumer[] {
  const { messages } = setup;
  const few = Math.min(messages, MOST_ONE_BY_ONE);
  const { traces, ...untraced } = setup;
  return [
    ours(untraced),
    ...(traces === undefined ? [] : [{ ...ours(setup), name: 'this service, each batch traced' }]),
    rival(setup, 'the same SQL by pg, no Kafka', 'pg-alone', messages, 0.8),
    rival(setup, 'KafkaJS doing nothing', 'kafka-alone', messages, null),
    rival(setup, 'KafkaJS, upserts for each message', 'upserts', few, 15),
  ];
}

function ours({ messages, ...plan }: Setup): MeasuredConsumer {
  return {
    name: 'this service',
    wanted: null,
    async start(databaseUrl) {
      const server = startWorker({ ...plan, databaseUrl });
      const counted = await openCounted(databaseUrl);
      await counted.until(1);
      return {
        server,
        taken: () => counted.until(0),
        async finish() {
          const found = await counted.until(messages);
          await counted.close();
          return found;
        },
      };
    },
  };
}

export interface WorkerPlan extends Omit<Setup, 'messages'> {
  readonly databaseUrl: string;
}

/** The database has the offsets: an empty one starts at the beginning of the log. */
export function startWorker({ brokers, redisUrl, log, databaseUrl, nodeOptions, traces }: WorkerPlan) {
  const server = startChild({
    name: 'worker',
    script: 'dist/main.js',
    nodeOptions,
    env: {
      NODE_ENV: 'production',
      ROLES: 'worker',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'error',
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      KAFKA_BROKERS: brokers.join(','),
      KAFKA_TOPIC_PREFIX: log.topicPrefix,
      KAFKA_GROUP_ID: `${log.topicPrefix}${new URL(databaseUrl).pathname.slice(1)}`,
      ...traces,
    },
  });
  return pinned(server);
}

const told = z.object({ taken: z.number() });
const PATIENCE_MS = 600_000;

function rival(
  { brokers, log }: Setup,
  name: string,
  file: string,
  messages: number,
  wanted: number | null,
): MeasuredConsumer {
  return {
    name,
    wanted,
    async start(databaseUrl) {
      const program = rivalProgram(`ingest/${file}.mjs`);
      const server = startChild({
        name,
        script: program.script,
        env: {
          ...program.env,
          DATABASE_URL: databaseUrl,
          KAFKA_BROKERS: brokers.join(','),
          KAFKA_TOPIC: log.registrations,
          KAFKA_GROUP_ID: `${log.registrations}.${file}.${Date.now()}`,
          EVENT_IDS: log.events.map(({ eventId }) => eventId).join(','),
          MESSAGES: String(messages),
        },
      });
      pinned(server);
      await server.ask('begin', nothing, null, PATIENCE_MS);
      const ask = async (question: string): Promise<number> =>
        (await server.ask(question, told, null, PATIENCE_MS)).taken;
      return { server, taken: () => ask('taken'), finish: () => ask('finish') };
    },
  };
}
