import { z } from 'zod';
import type { Database } from '../../../src/database/database';
import { openPostgres } from '../../../src/database/postgres';
import { createLogger } from '../../../src/observability/log';
import { createDeadLetterTopic } from '../../../src/messaging/source/dead-letter-topic';
import { createDeadLetterOutbox } from '../../../src/workers/dead-letters/outbox';
import { distributionOf } from '../isolation';
import { quietKafka } from '../servers/kafka';

const options = z
  .object({
    databaseUrl: z.string(),
    brokers: z.array(z.string()),
    topics: z.array(z.string()),
    leaseMs: z.number(),
    /** Whether it is to stop itself once, right after it has claimed letters. */
    freezes: z.boolean(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

/** A sender of dead letters as a process of its own, to be killed or frozen. */
async function main(): Promise<void> {
  const { databaseUrl, brokers, topics, leaseMs, freezes } = options;
  const opened = await openPostgres({
    url: databaseUrl,
    distribution: distributionOf(databaseUrl),
    poolSize: 2,
  });
  const kafka = quietKafka(brokers);
  createDeadLetterOutbox({
    digests: undefined,
    database: freezes ? freezingOnce(opened) : opened,
    topics,
    open: (topic) => createDeadLetterTopic(kafka, topic),
    log: createLogger({ level: 'silent' }),
    everyMs: 20,
    leaseMs,
  }).start();
  console.log('started');
}

function freezingOnce(database: Database): Database {
  let hasFrozen = false;
  return {
    ...database,
    async query(row, statement, ...parameters) {
      const rows = await database.query(row, statement, ...parameters);
      if (!hasFrozen && rows.length > 0 && statement.includes('FOR UPDATE SKIP LOCKED')) {
        hasFrozen = true;
        console.log('claimed');
        process.kill(process.pid, 'SIGSTOP');
      }
      return rows;
    },
  };
}

void main();
