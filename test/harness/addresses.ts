/** Which broker the tests run against: ours, the stand-in in memory, or one that the environment named. */
export type KafkaKind = 'apache-kafka' | 'mock' | 'given';

/** The addresses of this run's servers. */
export interface Addresses {
  /** A database whose user may create others. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly kafkaKind: KafkaKind;
}

const VARIABLES = {
  databaseUrl: 'TEST_DATABASE_URL',
  redisUrl: 'TEST_REDIS_URL',
  kafkaBrokers: 'TEST_KAFKA_BROKERS',
  kafkaKind: 'TEST_KAFKA_KIND',
} as const;

/** Puts them into the environment, which Jest's workers inherit. */
export function publishAddresses({ databaseUrl, redisUrl, kafkaBrokers, kafkaKind }: Addresses): void {
  process.env[VARIABLES.databaseUrl] = databaseUrl;
  process.env[VARIABLES.redisUrl] = redisUrl;
  process.env[VARIABLES.kafkaBrokers] = kafkaBrokers.join(',');
  process.env[VARIABLES.kafkaKind] = kafkaKind;
}

/** @throws Error in a project of Jest's that starts no servers */
export function addresses(): Addresses {
  return {
    databaseUrl: published(VARIABLES.databaseUrl),
    redisUrl: published(VARIABLES.redisUrl),
    kafkaBrokers: published(VARIABLES.kafkaBrokers).split(','),
    kafkaKind: toKafkaKind(published(VARIABLES.kafkaKind)),
  };
}

function published(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: only the projects with a globalSetup in jest.config.js have servers.`);
}

function toKafkaKind(text: string): KafkaKind {
  if (text === 'apache-kafka' || text === 'mock' || text === 'given') return text;
  throw new Error(`${VARIABLES.kafkaKind} is ${text}, which is no kind of broker.`);
}

/** Whether `npm run test:citus` runs this: the run's database is the coordinator of a Citus, and tables are distributed. */
export const isCitusRun = (): boolean => process.env['TEST_DATABASE_DISTRIBUTION'] === 'citus';
