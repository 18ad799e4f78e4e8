import { Kafka, type KafkaConfig as KafkaJSConfig, logLevel, type SASLOptions } from 'kafkajs';
import type { KafkaConfig } from '../../config/kafka';
import { KAFKA_TLS } from '../../config/client-tls';
import type { Logger } from '../../observability/log';
import { openCredentials } from '../tls-credentials';
import { brokerSockets } from './broker-socket';
import { registerCodecs } from './kafka-codecs';
import RequestQueue from 'kafkajs/src/network/requestQueue';

/** The retries of one request, about ten seconds; its sender retries for longer. */
const RETRY = { initialRetryTime: 300, maxRetryTime: 3_000, retries: 6 };

/** How KafkaJS's own report of a failed attempt is logged. `debug` is for a caller that reports the fault itself. */
type FailureLevel = 'warn' | 'debug';

/** A KafkaJS client that writes to our log. */
export function connectKafka(config: KafkaConfig, log: Logger, failures: FailureLevel = 'warn'): Kafka {
  registerCodecs();
  quietenRequestQueues();
  const options: KafkaJSConfig = {
    clientId: config.clientId,
    brokers: [...config.brokers],
    ...(config.tls && { ssl: openCredentials(config.tls, KAFKA_TLS, log) }),
    retry: RETRY,
    socketFactory: brokerSockets(log),
    logLevel: logLevel.INFO,
    logCreator: () => forwardTo(log, failures),
  };
  // KafkaJS wants one of its mechanisms by type; the configuration has checked that it is one.
  return new Kafka(config.sasl ? { ...options, sasl: config.sasl as SASLOptions } : options);
}

type LogEntry = Parameters<ReturnType<NonNullable<KafkaJSConfig['logCreator']>>>[0];

/** KafkaJS reports every failed attempt as an error; our own fault logs report what matters. */
function forwardTo(log: Logger, failures: FailureLevel): (entry: LogEntry) => void {
  return ({ level, log: { message, error, groupId, topic } }) => {
    const fields = { error: error as unknown, groupId: groupId as unknown, topic: topic as unknown };
    if (level === logLevel.ERROR) log[failures](fields, `kafka: ${message}`);
    else log.debug(fields, `kafka: ${message}`);
  };
}

const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;

/**
 * KafkaJS 2.2.4 looks every millisecond, on every connection, whether it may send requests that it has held back, also
 * when it holds none back: 2 % of a core for as long as the process lives (tulios/kafkajs 1556, 1667). A queue that holds
 * a request back schedules the next look itself. To be called once, before a connection is made.
 */
export function quietenRequestQueues(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
