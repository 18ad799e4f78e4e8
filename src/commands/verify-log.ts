import { loadCommandConfig } from '../config';
import { createBusinessCalendar } from '../domain/calendar';
import type { Database } from '../database/database';
import { createLogger } from '../observability/log';
import { connectKafka } from '../messaging/source/kafka-connection';
import { createLogReader } from '../messaging/source/kafka-log';
import { TOPICS } from '../workers/messages/topics';
import { boundedReader } from '../workers/verification/log/bounded-reader';
import { CannotTell } from '../workers/verification/log/cannot-tell';
import { describeLog } from '../workers/verification/log/describe';
import { countWrong, verifyLog } from '../workers/verification/log/verify-log';
import { createProgress } from './progress';

/** Kafka's log, found to be readable. */
export interface VerifiableLog {
  /** Prints what is missing and the counts. @returns how many things are wrong; @throws CannotTell */
  report(database: Database, limit: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens the log that the environment names.
 *
 * @throws CannotTell when Kafka is not named, is away, or has no such topics
 * @throws ConfigError
 */
export async function openVerifiableLog(): Promise<VerifiableLog> {
  const { kafka, topicPrefix, businessTimeZone, logLevel } =
    loadCommandConfig(createBusinessCalendar).service;
  if (kafka === undefined) throw new CannotTell('--log: KAFKA_BROKERS is not set: there is no log to read.');
  // What KafkaJS warns of is that it tries again; that it did so in vain is told by the error.
  const log = createLogger({ level: logLevel === 'warn' ? 'error' : logLevel, destination: process.stderr });
  const reader = boundedReader(createLogReader(connectKafka(kafka, log)));
  for (const topic of TOPICS) await reader.watermarks(topicPrefix + topic);
  return {
    async report(database, limit) {
      const progress = createProgress();
      const calendar = createBusinessCalendar(businessTimeZone);
      const found = await verifyLog({
        database,
        reader,
        topicPrefix,
        calendar,
        limit,
        onProgress: (text) => progress.tell(text),
      });
      progress.end();
      for (const line of describeLog(found)) console.log(line);
      const wrong = countWrong(found);
      console.error(wrong === 0 ? 'Nothing of the log is missing.' : `${wrong} things of the log are wrong.`);
      return wrong;
    },
    close: () => reader.close(),
  };
}
