import path from 'node:path';
import { jarsFolder } from '../machine/maven';

export const KAFKA_VERSION = '4.4.0';

/**
 * The folder with Apache Kafka's jars.
 * @throws JarsUnavailable when they cannot be fetched
 */
export const kafkaJars = (): Promise<string> =>
  jarsFolder({ name: 'kafka', version: KAFKA_VERSION, pom: path.join(__dirname, 'kafka-pom.xml') });

/**
 * The folder with Kafka's own commands, which run beside those jars.
 * @throws JarsUnavailable when it cannot be fetched
 */
export const kafkaTools = (): Promise<string> =>
  jarsFolder({
    name: 'kafka-tools',
    version: KAFKA_VERSION,
    pom: path.join(__dirname, 'kafka-tools-pom.xml'),
  });
