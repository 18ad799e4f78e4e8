import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { findProgram, run } from '../machine/commands';
import { install } from '../machine/debian';
import { createServerFolder } from '../machine/folders';
import { freePort } from '../machine/ports';
import { kafkaJars } from './kafka-jars';
import { createServer, type Server } from './server';

const OLDEST_JAVA = 17;
const CLUSTER_ID = 'AnalyticsTestsOneNodeQ';
const REQUEST_MS = 5_000;
const MEBIBYTE = 1024 * 1024;

/**
 * Apache Kafka itself: one node that is broker and controller, on free ports.
 * @throws JarsUnavailable when its jars are not available
 */
export async function createKafka(): Promise<Server> {
  const java = await javaProgram();
  const jars = await kafkaJars();
  const folder = createServerFolder('kafka');
  const [port, controllerPort] = await twoFreePorts();
  const properties = path.join(folder, 'server.properties');
  const classPath = ['-cp', path.join(jars, '*')];
  return createServer({
    name: 'kafka',
    url: `127.0.0.1:${port}`,
    folder,
    command: { program: java, args: [...JVM, ...classPath, 'kafka.Kafka', properties] },
    signalWhenOrphaned: 'KILL',
    stopSignal: 'SIGTERM',
    async prepare() {
      writeFileSync(properties, asProperties(settings({ folder, port, controllerPort })));
      const format = ['format', '--cluster-id', CLUSTER_ID, '--config', properties];
      await run({ program: java, args: [...classPath, 'kafka.tools.StorageTool', ...format] });
    },
    answers: () => kafkaAnswers([`127.0.0.1:${port}`]),
  });
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
  });
}

const JVM = [
  '-Xms256m',
  '-Xmx1g',
  '-XX:+UseSerialGC',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
];

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
}

function settings({ folder, port, controllerPort }: Place): Record<string, string | number> {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': path.join(folder, 'data'),
    'num.partitions': 3,
    'message.max.bytes': 20 * MEBIBYTE,
    'replica.fetch.max.bytes': 20 * MEBIBYTE,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    // Tests do not wait for more members to join, and soon notice that a member was killed.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    // A broker that was killed may come back as soon as its controller has missed it.
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 2_000,
    'log.cleaner.dedupe.buffer.size': 8 * MEBIBYTE,
  };
}

function asProperties(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function twoFreePorts(): Promise<[number, number]> {
  const first = await freePort();
  let second = first;
  while (second === first) second = await freePort();
  return [first, second];
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
