import 'reflect-metadata';
import type { Lifecycle } from '../src/lifecycle';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../test/harness/isolation';
import { tell } from '../test/harness/machine/progress';
import { runCommand } from './contest/command';
import { installRivals } from './contest/installed';
import { leaveTheFirstCore } from './contest/machine';
import { type Options, profiling } from './contest/options';
import { type Round, toWork, type Work } from './contest/results';
import { openServers } from './contest/servers';
import { toLine, toTable } from './contest/table';
import { copiesOf } from './ingest/databases';
import { openLog } from './ingest/log';
import { measureTaking } from './ingest/measure';
import { prepareDatabase } from './ingest/prepare';
import { consumersOf } from './ingest/consumers';
import { openTraceSink } from './traces/sink';

const ABOUT = `npm run bench:ingest -- [options]

Measures how fast registrations that wait in Kafka, in four partitions, become committed rollups: the worker on real Kafka,
PostgreSQL and Redis, and the same with each batch traced (--only traced). Beside it the worker's own statements by pg, with no Kafka and nothing to parse; KafkaJS that takes the
same messages and does nothing with them; and KafkaJS with a transaction of upserts for each message. Each round begins with
the same events in a database of its own. What is measured has one core to itself, and everything else the others.
`;

const PARTITIONS = 4;

runCommand({ about: ABOUT, defaults: { messages: 500_000 }, measure, toTable });

async function measure(lifecycle: Lifecycle, options: Options): Promise<readonly Work[]> {
  await installRivals();
  leaveTheFirstCore();
  const { kafkaBrokers: brokers } = await openServers(lifecycle);
  const [template, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  lifecycle.own('database', () => template.drop());
  lifecycle.own('redis', () => redis.drop());
  const { messages, rounds, only = '' } = options;
  const log = await openLog(lifecycle, { brokers, topicPrefix: freshTopicPrefix(), partitions: PARTITIONS });
  const setup = {
    brokers,
    redisUrl: redis.url,
    log,
    messages,
    nodeOptions: profiling(options.profiles),
    traces: await openTraceSink(lifecycle),
  };
  await prepareDatabase({ ...setup, databaseUrl: template.url, nodeOptions: [], traces: {} });
  await log.write(messages);
  const databases = copiesOf(lifecycle, template.url);
  const contestants = consumersOf(setup)
    .filter(({ name }, place) => place === 0 || name.includes(only))
    .map((consumer) => ({ ...consumer, rounds: new Array<Round>() }));
  for (let number = 1; number <= rounds; number++) {
    for (const consumer of contestants) {
      const round = await measureTaking(consumer, await databases.copy());
      tell(`round ${number} of ${rounds}, ${consumer.name}: ${toLine(round)}`);
      consumer.rounds.push(round);
    }
  }
  return [toWork(`${messages} registrations waiting`, contestants)];
}
