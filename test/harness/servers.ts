import type { Addresses, KafkaKind } from './addresses';
import { removeAbandonedFolders } from './machine/folders';
import { tell, tellLoudly } from './machine/progress';
import { createKafka, kafkaAnswers } from './servers/kafka';
import { JarsUnavailable } from './machine/maven';
import { KAFKA_VERSION } from './servers/kafka-jars';
import { startMockKafka } from './servers/kafka-mock';
import { createPostgres, postgresAnswers } from './servers/postgres';
import { createRedis, redisAnswers } from './servers/redis';
import type { Server } from './servers/server';

export interface TestServers {
  readonly addresses: Addresses;
  /** Prints again which broker the run had. */
  tellBroker(): void;
  /** Stops only what was started here. */
  remove(): Promise<void>;
}

/** A server that the tests can use; `remove` is absent where it is not ours. */
interface Found {
  readonly url: string;
  remove?(): Promise<void>;
}

/**
 * Starts the servers that the environment does not name, in parallel, and checks those that it names.
 * DATABASE_URL, REDIS_URL and KAFKA_BROKERS name running ones; TEST_KAFKA=mock asks for the broker's stand-in.
 * @throws Error when one of them is not available; then nothing is left running
 */
export async function startServers(env: NodeJS.ProcessEnv): Promise<TestServers> {
  removeAbandonedFolders();
  const starting = [findPostgres(env), findRedis(env), findKafka(env)] as const;
  const removeAll = async (): Promise<void> => {
    const found = await Promise.allSettled<Found>(starting);
    await Promise.all(
      found.map(async (each) => each.status === 'fulfilled' && (await each.value.remove?.())),
    );
  };
  try {
    const [postgres, redis, kafka] = await Promise.all(starting);
    const tellBroker = (): void => tellLoudly(`The broker of this run: ${describe(kafka)}`);
    tellBroker();
    return {
      addresses: {
        databaseUrl: postgres.url,
        redisUrl: redis.url,
        kafkaBrokers: kafka.url.split(','),
        kafkaKind: kafka.kind,
      },
      tellBroker,
      remove: removeAll,
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
}

async function findPostgres({ DATABASE_URL: url }: NodeJS.ProcessEnv): Promise<Found> {
  return url ? given('DATABASE_URL', url, () => postgresAnswers(url)) : started(await createPostgres());
}

async function findRedis({ REDIS_URL: url }: NodeJS.ProcessEnv): Promise<Found> {
  return url ? given('REDIS_URL', url, () => redisAnswers(url)) : started(await createRedis());
}

async function findKafka(env: NodeJS.ProcessEnv): Promise<Found & { readonly kind: KafkaKind }> {
  const { KAFKA_BROKERS: url, TEST_KAFKA: wanted } = env;
  if (wanted !== undefined && wanted !== '' && wanted !== 'mock')
    throw new Error(`TEST_KAFKA is ${wanted}; it may be mock, or not set.`);
  if (url) {
    const found = await given('KAFKA_BROKERS', url, () => kafkaAnswers(url.split(',')));
    return { ...found, kind: 'given' };
  }
  if (wanted === 'mock') return { ...(await startMockKafka()), kind: 'mock' };
  try {
    return { ...(await started(await createKafka())), kind: 'apache-kafka' };
  } catch (error) {
    if (!(error instanceof JarsUnavailable)) throw error;
    tell(`kafka: ${error.message} ${String(error.cause)}`);
    return { ...(await startMockKafka()), kind: 'mock' };
  }
}

async function started(server: Server): Promise<Found> {
  try {
    await server.start();
  } catch (error) {
    await server.remove();
    throw error;
  }
  return server;
}

async function given(variable: string, url: string, answers: () => Promise<boolean>): Promise<Found> {
  const refuse = (cause?: unknown): never => {
    const reason = cause instanceof Error ? cause.message : 'the answer is no';
    throw new Error(`${variable} is set, but what it names does not answer as it should: ${reason}.`, {
      cause,
    });
  };
  if (!(await answers().catch(refuse))) refuse();
  tell(`${variable}: the server that it names answers`);
  return { url };
}

function describe({ url, kind }: { url: string; kind: KafkaKind }): string {
  if (kind === 'apache-kafka') return `Apache Kafka ${KAFKA_VERSION} on ${url}`;
  if (kind === 'given') return `what KAFKA_BROKERS names, ${url}`;
  return `NOT KAFKA, but its stand-in in memory (kcat) on ${url}`;
}
