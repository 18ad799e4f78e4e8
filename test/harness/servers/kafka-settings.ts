import path from 'node:path';

/** A node of a cluster, and where it is. */
export interface KafkaNode {
  readonly id: number;
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
  /** A second way in, for clients with a certificate and a password. */
  readonly secured?: SecuredListener;
}

export interface SecuredListener {
  readonly port: number;
  readonly user: { readonly name: string; readonly password: string };
  /** Its key and certificate, in PEM. */
  readonly bothFile: string;
  /** Whose certificates it takes. */
  readonly caFile: string;
}

const MEBIBYTE = 1024 * 1024;
/** As an installation has them that loses no message with a broker. */
const REPLICAS = 3;
const IN_SYNC = 2;

/** The text of a node's server.properties. */
export function kafkaSettings(node: KafkaNode, nodes: readonly KafkaNode[]): string {
  return Object.entries({ ...identity(node, nodes), ...replication(nodes.length), ...HASTE, ...SIZES })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

type Settings = Readonly<Record<string, string | number | boolean>>;

function identity(node: KafkaNode, nodes: readonly KafkaNode[]): Settings {
  const { id, folder, port, controllerPort, secured } = node;
  const plain = `PLAINTEXT://127.0.0.1:${port}`;
  // Its certificate is for that name.
  const also = secured === undefined ? '' : `,SECURED://localhost:${secured.port}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': nodes.map((each) => `${each.id}@127.0.0.1:${each.controllerPort}`).join(),
    'controller.listener.names': 'CONTROLLER',
    listeners: `${plain},CONTROLLER://127.0.0.1:${controllerPort}${also}`,
    'advertised.listeners': `${plain}${also}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL',
    'log.dirs': path.join(folder, 'data'),
    ...(secured && settingsOf(secured)),
  };
}

function settingsOf({ bothFile, caFile }: SecuredListener): Settings {
  const own = 'listener.name.secured';
  return {
    [`${own}.sasl.enabled.mechanisms`]: 'SCRAM-SHA-512',
    [`${own}.scram-sha-512.sasl.jaas.config`]:
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    [`${own}.ssl.keystore.type`]: 'PEM',
    [`${own}.ssl.keystore.location`]: bothFile,
    [`${own}.ssl.truststore.type`]: 'PEM',
    [`${own}.ssl.truststore.location`]: caFile,
    [`${own}.ssl.client.auth`]: 'required',
  };
}

/** A topic that is made without saying so has as many replicas as well. */
function replication(brokers: number): Settings {
  const replicas = Math.min(REPLICAS, brokers);
  const inSync = Math.min(IN_SYNC, brokers);
  return {
    'num.partitions': 3,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
  };
}

/** Tests do not wait for more members to join, and soon notice that a member or a broker was killed. */
const HASTE: Settings = {
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1_000,
  // A broker that was killed may come back as soon as its controller has missed it.
  'broker.heartbeat.interval.ms': 500,
  'broker.session.timeout.ms': 2_000,
  // A replica that lags is left out, and taken back, within seconds.
  'replica.lag.time.max.ms': 3_000,
};

const SIZES: Settings = {
  'message.max.bytes': 20 * MEBIBYTE,
  'replica.fetch.max.bytes': 20 * MEBIBYTE,
  'log.cleaner.dedupe.buffer.size': 8 * MEBIBYTE,
};
