import type { Config } from '../config';
import { createEmbeddedSource, type EmbeddedSource } from '../messaging/source/embedded';
import { createKafkaSource, type KafkaSource } from '../messaging/source/kafka';
import { connectKafka } from '../messaging/source/kafka-connection';
import { TOPICS } from '../workers/messages/topics';
import { createOffsetFence } from '../database/offsets';
import type { OpenedDatabase } from './database';
import type { Runtime } from './runtime';

/** Opens Kafka's topics, or a source for messages delivered within this process. */
export function openSource(
  config: Config,
  { log }: Runtime,
  database: OpenedDatabase,
): KafkaSource | EmbeddedSource {
  if (config.kafka === undefined) {
    // A lone worker without Kafka was started by a command, which sends the messages itself.
    if (!config.takesDevEvents && config.roles.has('gateway'))
      log.warn('without KAFKA_BROKERS no messages can be received');
    return createEmbeddedSource(database.checkRoom);
  }
  return createKafkaSource({
    // At debug: the source itself logs once that Kafka cannot be read.
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
