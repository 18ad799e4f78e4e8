import type { ClientTls } from './tls-files';
import type { SASL_MECHANISMS, Variables } from './variables';

export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly groupId: string;
  /** Undefined: it is not encrypted. */
  readonly tls: ClientTls | undefined;
  readonly sasl: SaslConfig | undefined;
}

export interface SaslConfig {
  readonly mechanism: (typeof SASL_MECHANISMS)[number];
  readonly username: string;
  readonly password: string;
}

export function toKafka(read: Variables, brokers: readonly string[]): KafkaConfig {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
  } = read;
  return {
    brokers,
    clientId: read.KAFKA_CLIENT_ID,
    groupId: read.KAFKA_GROUP_ID,
    tls: read.KAFKA_SSL
      ? {
          caFile: read.KAFKA_SSL_CA_FILE,
          certFile: read.KAFKA_SSL_CERT_FILE,
          keyFile: read.KAFKA_SSL_KEY_FILE,
        }
      : undefined,
    sasl: mechanism && username && password ? { mechanism, username, password } : undefined,
  };
}
