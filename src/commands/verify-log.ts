import { vocabulary } from '../composition/vocabulary';
import { loadCommandConfig } from '../config';
import { createBusinessCalendar } from '../domain/calendar';
import type { Database } from '../database/database';
import { createLogger } from '../observability/log';
import { connectKafka } from '../messaging/source/kafka-connection';
import { createLogReader } from '../messaging/source/kafka-log';
import { readRetention } from '../messaging/source/kafka-retention';
import { createMessageReader } from '../workers/messages/shapes/reader';
import { TOPICS } from '../workers/messages/topics';
import { boundedReader } from '../workers/verification/log/bounded-reader';
import { digestsOf } from '../workers/projections/person-digests';
import { checkRetention } from '../workers/verification/log/check-retention';
import { CannotTell } from '../workers/verification/log/read-log';
import { describeLog } from '../workers/verification/log/describe';
import { countWrong, verifyLog } from '../workers/verification/log/verify-log';
import { createProgress } from './progress';

/** A readable log of Kafka. */
export interface VerifiableLog {
  /** Prints what is missing and the counts. @returns how many things are wrong; @throws CannotTell */
  report(database: Database, limit: number): Promise<number>;
  /** Prints which topics Kafka keeps for fewer days. @returns how many things are wrong; @throws CannotTell */
  reportRetention(days: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens the log of the configured Kafka.
 *
 * @throws CannotTell when Kafka is not configured, is unavailable, or has no such topics
 * @throws ConfigError
 */
export async function openVerifiableLog(): Promise<VerifiableLog> {
  const config = loadCommandConfig(vocabulary).service;
  const { kafka, topicPrefix, messageShapes, businessTimeZone, logLevel } = config;
  if (kafka === undefined) throw new CannotTell('--log: KAFKA_BROKERS is not set: there is no log to read.');
  // KafkaJS warns when it retries; the error says when all retries have failed.
  const log = createLogger({ level: logLevel === 'warn' ? 'error' : logLevel, destination: process.stderr });
  const client = connectKafka(kafka, log);
  const reader = boundedReader(createLogReader(client));
  const topics = TOPICS.map((topic) => topicPrefix + topic);
  for (const topic of topics) await reader.watermarks(topic);
  return {
    async report(database, limit) {
      const progress = createProgress();
      const calendar = createBusinessCalendar(businessTimeZone);
      const found = await verifyLog({
        database,
        reader,
        readMessage: createMessageReader(messageShapes),
        topicPrefix,
        calendar,
        digests: digestsOf(config),
        limit,
        onProgress: (text) => progress.update(text),
      });
      progress.end();
      for (const line of describeLog(found)) console.log(line);
      const wrong = countWrong(found);
      console.error(wrong === 0 ? 'Nothing of the log is missing.' : `${wrong} things of the log are wrong.`);
      return wrong;
    },
    async reportRetention(days) {
      const found = checkRetention(await readRetention(client, topics).catch(cannotTell), days);
      for (const line of found) console.log(line);
      if (found.length === 0) console.error(`Kafka keeps every topic for ${days} days.`);
      return found.length;
    },
    close: () => reader.close(),
  };
}

function cannotTell(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new CannotTell(`Kafka does not say how long it keeps its topics: ${reason}`, { cause: error });
}
