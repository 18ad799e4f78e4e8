import { isOutOfRange, type LogReader } from '../../../messaging/source/kafka-log';
import { settlesWithin, within } from '../../../runtime/timeout';
import { CannotTell } from './read-log';

/** KafkaJS asks a broker that is away for about twenty seconds, and one that hangs for minutes. */
const ANSWER_WITHIN_MS = 30_000;
const CLOSE_WITHIN_MS = 2_000;

/**
 * A log reader with that time limit, whose failures say what to do. Where the log does not hold the offset, the reader's
 * own error is passed on.
 */
export function boundedReader(reader: LogReader): LogReader {
  async function answered<T>(topic: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await within(ANSWER_WITHIN_MS, ask(), noAnswer);
    } catch (error) {
      if (isOutOfRange(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new CannotTell(`Kafka cannot be read (${topic}): ${reason}`, { cause: error });
    }
  }
  return {
    async watermarks(topic) {
      const marks = await answered(topic, () => reader.watermarks(topic));
      if (marks.size > 0) return marks;
      throw new CannotTell(`Kafka has no topic ${topic}: is KAFKA_TOPIC_PREFIX what the service has?`);
    },
    ends: (topics) => answered(topics.join(', '), () => reader.ends(topics)),
    read: (topic, partition, offset) => answered(topic, () => reader.read(topic, partition, offset)),
    async close() {
      await settlesWithin(CLOSE_WITHIN_MS, reader.close());
    },
  };
}

function noAnswer(): never {
  throw new Error(`no answer within ${ANSWER_WITHIN_MS / 1_000} s`);
}
