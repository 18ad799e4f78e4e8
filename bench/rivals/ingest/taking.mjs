import { Kafka, logLevel } from 'kafkajs';
import { given } from '../given.cjs';

const PARTITIONS = 4;
/** As the worker's: what one fetch brings of one partition. */
const BYTES_PER_PARTITION = 4 * 1024 * 1024;

/**
 * Takes the topic's messages by KafkaJS until there are so many.
 *
 * @param run what is done with them: `eachBatch` or `eachMessage`, given how to say how many are done
 */
export function taking(run) {
  const wanted = Number(given('MESSAGES'));
  const kafka = new Kafka({ brokers: given('KAFKA_BROKERS').split(','), logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({
    groupId: given('KAFKA_GROUP_ID'),
    maxBytesPerPartition: BYTES_PER_PARTITION,
  });
  let taken = 0;
  let onFirst;
  let onAll;
  const first = new Promise((resolve) => (onFirst = resolve));
  const all = new Promise((resolve) => (onAll = resolve));
  const done = (count) => {
    taken += count;
    onFirst();
    if (taken >= wanted) onAll(taken);
  };
  return {
    /** Resolves when the first have been taken. */
    async begin() {
      await consumer.connect();
      await consumer.subscribe({ topic: given('KAFKA_TOPIC'), fromBeginning: true });
      await consumer.run({ partitionsConsumedConcurrently: PARTITIONS, ...run(done) });
      await first;
    },
    taken: () => ({ taken }),
    finish: async () => ({ taken: await all }),
  };
}
