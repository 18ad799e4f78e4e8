import type { Config } from '../config';
import { createEmbeddedSource, type EmbeddedSource } from '../platform/source/embedded';
import { createKafkaSource } from '../platform/source/kafka';
import { connectKafka } from '../platform/source/kafka-connection';
import type { MessageSource } from '../platform/source/source';
import { TOPICS } from '../workers/messages/topics';
import type { Surroundings } from './surroundings';

/** Kafka's topics, or messages handed over within this process. */
export function openSource(config: Config, { log, onFatal }: Surroundings): MessageSource {
  if (config.kafka === undefined) {
    // A worker alone has been started by a command, which brings its own.
    if (!config.takesDevEvents && config.roles.has('gateway'))
      log.warn('without KAFKA_BROKERS no messages can come in');
    return createEmbeddedSource();
  }
  return createKafkaSource({
    kafka: connectKafka(config.kafka, log),
    groupId: config.kafka.groupId,
    topics: TOPICS,
    topicPrefix: config.topicPrefix,
    log,
    onFatal,
  });
}

export function isInProcess(source: MessageSource): source is EmbeddedSource {
  return 'deliver' in source;
}
