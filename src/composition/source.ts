import type { Config } from '../config';
import { createEmbeddedSource, type EmbeddedSource } from '../messaging/source/embedded';
import { createKafkaSource, type KafkaSource } from '../messaging/source/kafka';
import { connectKafka } from '../messaging/source/kafka-connection';
import { TOPICS } from '../workers/messages/topics';
import { createOffsetFence } from '../workers/offsets';
import type { OpenedDatabase } from './database';
import type { Surroundings } from './surroundings';

/** Kafka's topics, or messages handed over within this process. */
export function openSource(
  config: Config,
  { log }: Surroundings,
  database: OpenedDatabase,
): KafkaSource | EmbeddedSource {
  if (config.kafka === undefined) {
    // A worker alone has been started by a command, which brings its own.
    if (!config.takesDevEvents && config.roles.has('gateway'))
      log.warn('without KAFKA_BROKERS no messages can come in');
    return createEmbeddedSource(database.checkRoom);
  }
  return createKafkaSource({
    // The source says itself when Kafka cannot be read, once.
    kafka: connectKafka(config.kafka, log, 'debug'),
    groupId: config.kafka.groupId,
    topics: TOPICS,
    topicPrefix: config.topicPrefix,
    fence: createOffsetFence(database),
    log,
  });
}

export function isInProcess(source: KafkaSource | EmbeddedSource): source is EmbeddedSource {
  return 'deliver' in source;
}
