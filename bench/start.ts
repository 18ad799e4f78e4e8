import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Lifecycle } from '../src/lifecycle';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../test/harness/isolation';
import { tell } from '../test/harness/machine/progress';
import { runCommand } from './contest/command';
import { leaveTheFirstCore } from './contest/machine';
import type { Options } from './contest/options';
import { openServers } from './contest/servers';
import { fillEmbedded } from './start/embedded-data';
import { kindsOf, type Places } from './start/kinds';
import { measureStart, type Start, start } from './start/measure';
import { type Row, toRow, toTable } from './start/results';

const ABOUT = `npm run bench:start -- [options]

Measures how long the service takes from being started until /readyz answers 200, and what it takes of a core and of memory
when nothing is to be done: gateway and worker on real PostgreSQL, Redis and Kafka, all in one process on its embedded database
with data in it, and a node:http server that does nothing. Each has one core to itself, and everything else the others.
`;

runCommand({ about: ABOUT, defaults: { seconds: 10 }, measure, toTable });

async function measure(lifecycle: Lifecycle, options: Options): Promise<readonly Row[]> {
  leaveTheFirstCore();
  const { kafkaBrokers: brokers } = await openServers(lifecycle);
  const [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  lifecycle.own('database', () => database.drop());
  lifecycle.own('redis', () => redis.drop());
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-start-'));
  lifecycle.own('folder', () => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  const places: Places = {
    databaseUrl: database.url,
    redisUrl: redis.url,
    brokers,
    topicPrefix: freshTopicPrefix(),
    dataFolder: path.join(folder, 'data'),
    secret: randomBytes(32).toString('hex'),
  };
  const kinds = kindsOf(places).filter(({ name }) => name.includes(options.only ?? ''));
  tell('tables and topics are made, and the embedded service takes its data …');
  const [both] = kindsOf(places);
  // A gateway makes no tables: it waits for them.
  if (both !== undefined) await (await start(both, folder)).process.terminate();
  await fillEmbedded(places, folder);
  const measured = kinds.map((kind) => ({ kind, starts: new Array<Start>() }));
  for (let round = 1; round <= options.rounds; round++) {
    for (const { kind, starts } of measured) {
      starts.push(await measureStart(kind, folder, options.seconds));
      tell(`round ${round} of ${options.rounds}: ${kind.name}`);
    }
  }
  return measured.map(({ kind, starts }) => toRow(kind, starts));
}
