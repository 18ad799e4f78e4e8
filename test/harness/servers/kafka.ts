import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { brokerSockets } from '../../../src/messaging/source/broker-socket';
import { createLogger } from '../../../src/observability/log';
import { findProgram, run } from '../machine/commands';
import { install } from '../machine/debian';
import { createServerFolder } from '../machine/folders';
import { freePort } from '../machine/ports';
import { kafkaJars } from './kafka-jars';
import { kafkaSettings, type KafkaNode, type SecuredListener } from './kafka-settings';
import { createServer, type Server } from './server';

const OLDEST_JAVA = 17;
const CLUSTER_ID = 'AnalyticsTestsOneNodeQ';
const REQUEST_MS = 5_000;

/**
 * Apache Kafka itself: one node that is broker and controller, on free ports.
 * @param secured a second way in, for clients with a certificate and a password
 * @throws JarsUnavailable when its jars are not available
 */
export async function createKafka(secured?: SecuredListener): Promise<Server> {
  const [broker] = await createBrokers(1, secured);
  return broker;
}

/**
 * Several nodes of one cluster, each broker and controller. They have to be started together: the first alone waits for
 * a majority.
 *
 * @throws JarsUnavailable when its jars are not available
 */
export async function createBrokers(
  count: number,
  secured?: SecuredListener,
): Promise<[Server, ...Server[]]> {
  const java = await javaProgram();
  const jars = await kafkaJars();
  const classPath = ['-cp', path.join(jars, '*')];
  const nodes = (await placeNodes(count)).map((node) => ({ ...node, ...(secured && { secured }) }));
  const [first, ...others] = nodes.map((node) => {
    const properties = path.join(node.folder, 'server.properties');
    const url = `127.0.0.1:${node.port}`;
    return createServer({
      name: count === 1 ? 'kafka' : `kafka-${node.id}`,
      url,
      folder: node.folder,
      command: { program: java, args: [...JVM, ...classPath, 'kafka.Kafka', properties] },
      signalWhenOrphaned: 'KILL',
      stopSignal: 'SIGTERM',
      async prepare() {
        writeFileSync(properties, kafkaSettings(node, nodes));
        const format = ['format', '--cluster-id', CLUSTER_ID, '--config', properties, ...usersOf(secured)];
        await run({ program: java, args: [...classPath, 'kafka.tools.StorageTool', ...format] });
      },
      answers: () => kafkaAnswers([url]),
    });
  });
  if (first === undefined) throw new Error('A cluster needs a broker.');
  return [first, ...others];
}

/** They are known from the first start on. */
function usersOf(secured: SecuredListener | undefined): readonly string[] {
  if (secured === undefined) return [];
  const { name, password } = secured.user;
  return ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${password}]`];
}

/** Asks for the cluster's brokers. @throws Error when there is no answer */
export async function kafkaAnswers(brokers: readonly string[]): Promise<boolean> {
  const admin = quietKafka(brokers).admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } finally {
    await admin.disconnect();
  }
}

/** A client that writes no log; failed calls reject. */
export function quietKafka(brokers: readonly string[]): Kafka {
  return new Kafka({
    clientId: 'tests',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: REQUEST_MS,
    requestTimeout: REQUEST_MS,
    // What a test sends must not wait for a broker that hangs: it is the service that is looked at.
    socketFactory: brokerSockets(createLogger({ level: 'silent' })),
  });
}

const JVM = [
  '-Xms256m',
  '-Xmx1g',
  '-XX:+UseSerialGC',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
];

async function placeNodes(count: number): Promise<KafkaNode[]> {
  const ports = await freePorts(2 * count);
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    folder: createServerFolder('kafka'),
    port: ports[2 * index]!,
    controllerPort: ports[2 * index + 1]!,
  }));
}

/** Each free, and no two the same. */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

async function javaProgram(): Promise<string> {
  if (findProgram('java') === undefined) {
    await install(['default-jre-headless'], 'kafka: Java, to run it with, is missing');
  }
  const java = findProgram('java');
  if (!java) throw new Error('kafka: java is not where its package puts it.');
  const [, version] = /version "(\d+)/.exec(await run({ program: java, args: ['-version'] })) ?? [];
  if (Number(version) >= OLDEST_JAVA) return java;
  throw new Error(
    `kafka: it needs Java ${OLDEST_JAVA} or newer, and this is Java ${version ?? '(unknown)'}.`,
  );
}
