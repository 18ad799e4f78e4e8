import type { Database } from '../../src/database/database';
import type { TestTopics } from './topics';
import { waitFor } from './wait-for';

/**
 * Waits until the database has gone past everything that stands on the topic by now: what is counted then is all that
 * will be counted of it, and a message counted twice has been counted twice.
 *
 * @param topic without what its name begins with
 */
export async function untilAllApplied(
  { kafka, nameOf }: Pick<TestTopics, 'kafka' | 'nameOf'>,
  { prisma }: Pick<Database, 'prisma'>,
  topic: string,
): Promise<void> {
  const name = nameOf(topic);
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(name).finally(() => admin.disconnect());
  const left = async (): Promise<bigint> => {
    const stored = await prisma.partitionOffset.findMany({ where: { topic: name } });
    const applied = new Map(stored.map(({ partition, nextOffset }) => [partition, nextOffset]));
    return ends.reduce((sum, { partition, high }) => sum + BigInt(high) - (applied.get(partition) ?? 0n), 0n);
  };
  const done = async (): Promise<boolean> => {
    const count = await left();
    if (count > 0n) throw new Error(`${count} are left.`);
    return true;
  };
  await waitFor(done, { what: `all that stands on ${name} to be applied`, timeoutMs: 30_000 });
}
