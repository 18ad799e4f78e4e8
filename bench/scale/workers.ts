import type { Lifecycle } from '../../src/lifecycle';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../../test/harness/isolation';
import { openCounted } from '../ingest/counted';
import { startWorker, type WorkerPlan } from '../ingest/consumers';
import { copiesOf } from '../ingest/databases';
import { openLog } from '../ingest/log';
import { prepareDatabase } from '../ingest/prepare';
import type { Shared } from './results';
import { openMeter } from './meter';

/** So that one, two and three workers have the same number each. */
const PARTITIONS = 12;
/** Until then V8 compiles in each process, and the members of the group find each other. */
const BEGIN_AT = 0.4;
/** Afterwards one of them may have nothing left to do. */
const END_AT = 0.9;

/** Registrations that wait, taken by several workers of one group. */
export interface Waiting {
  take(workers: number): Promise<Shared>;
}

export async function openWaiting(
  lifecycle: Lifecycle,
  brokers: readonly string[],
  messages: number,
): Promise<Waiting> {
  const [template, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  lifecycle.own('database', () => template.drop());
  lifecycle.own('redis', () => redis.drop());
  const log = await openLog(lifecycle, { brokers, topicPrefix: freshTopicPrefix(), partitions: PARTITIONS });
  const plan = { brokers, redisUrl: redis.url, log, nodeOptions: [] };
  await prepareDatabase({ ...plan, databaseUrl: template.url });
  await log.write(messages);
  const databases = copiesOf(lifecycle, template.url);
  return {
    take: async (workers) => takeBy(workers, { ...plan, databaseUrl: await databases.copy() }, messages),
  };
}

async function takeBy(count: number, plan: WorkerPlan, messages: number): Promise<Shared> {
  const [meter, counted] = await Promise.all([
    openMeter(plan.databaseUrl, plan.redisUrl),
    openCounted(plan.databaseUrl),
  ]);
  const workers = Array.from({ length: count }, () => startWorker(plan));
  try {
    const before = await counted.until(messages * BEGIN_AT);
    const use = await meter.begin(workers);
    return await use.end((await counted.until(messages * END_AT)) - before);
  } finally {
    await Promise.all([counted.close(), meter.close(), ...workers.map((worker) => worker.end())]);
  }
}
