import { ConfigResourceTypes, type Kafka } from 'kafkajs';
import { z } from 'zod';

/** What Kafka deletes of a topic by itself. */
export interface Retention {
  readonly topic: string;
  /** How long it keeps a message; Infinity where it deletes none for its age. */
  readonly keptMs: number;
  /** How much it keeps of a partition; Infinity where it deletes nothing for its size. */
  readonly keptBytes: number;
  /** Whether it keeps only the last message of each key. */
  readonly isCompacted: boolean;
}

const RETENTION = 'retention.ms';
const SIZE = 'retention.bytes';
const CLEANUP = 'cleanup.policy';

const settings = z.object({
  [RETENTION]: z.coerce.number(),
  [SIZE]: z.coerce.number(),
  [CLEANUP]: z.string(),
});

/** @throws where the broker does not answer, does not know a topic, or does not tell this client */
export async function readRetention(kafka: Kafka, topics: readonly string[]): Promise<readonly Retention[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({
        ...{ type: ConfigResourceTypes.TOPIC, name },
        configNames: [RETENTION, SIZE, CLEANUP],
      })),
    });
    return resources.map(({ resourceName, configEntries }) => {
      const values = configEntries.map(({ configName, configValue }) => [configName, configValue]);
      return toRetention(resourceName, settings.parse(Object.fromEntries(values)));
    });
  } finally {
    await admin.disconnect();
  }
}

function toRetention(topic: string, found: z.infer<typeof settings>): Retention {
  const policies = found[CLEANUP].split(',').map((policy) => policy.trim());
  const isDeleted = policies.includes('delete');
  return {
    topic,
    keptMs: isDeleted ? unlessEndless(found[RETENTION]) : Infinity,
    keptBytes: isDeleted ? unlessEndless(found[SIZE]) : Infinity,
    isCompacted: policies.includes('compact'),
  };
}

/** Kafka writes -1 for what has no limit. */
const unlessEndless = (limit: number): number => (limit < 0 ? Infinity : limit);
