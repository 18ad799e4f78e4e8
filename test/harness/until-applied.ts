import type { Database } from '../../src/database/database';
import type { TestTopics } from './topics';
import { waitFor } from './wait-for';

/**
 * Waits until the stored offsets have passed all current messages of the topic: then every one of them has been counted,
 * also a second time if there is a bug.
 *
 * @param topic without its prefix
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
