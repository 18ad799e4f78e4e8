import { recordDeadLetters } from '../../../src/database/dead-letters/rejected';
import { storeProgress } from '../../../src/database/partition-progress';
import { configurePlatformStates, recordPlatformFailure } from '../../../src/database/platform-states';
import type { ChannelName, Instant } from '../../../src/domain/values';
import { participantRegistered } from '../messages';
import type { ShopService } from './shop';

const TOPIC = 'participant.registered';
const WRONG_AGE = 'age: must be a whole number from 0 to 150';
const filled = new WeakSet<object>();

type Operated = Pick<ShopService, 'database' | 'clock' | 'shop'>;

/** What workers on Kafka would have left in the database: partitions, one of them stalled, platforms, one failing, and dead letters. */
export async function fillOperated({ database, clock, shop }: Operated): Promise<void> {
  if (filled.has(database)) return;
  filled.add(database);
  await movePartitions({ database, clock }, 4_000n);
  const channels = ['Instagram', '지니TV'] as ChannelName[];
  const now = clock.now();
  await configurePlatformStates(database, channels, now);
  const failing = { reason: 'TIMEOUT', since: now, seenBy: '00000000-0000-4000-8000-000000000001' };
  const never = { unlessAnsweredSince: now, latestAnswer: now };
  await recordPlatformFailure(database, channels[1]!, { ...failing, ...never });
  const right = participantRegistered(shop.empty.eventId);
  await recordLetter(database, 1n, right, 'region: must be a text of at most 50 characters');
  for (let offset = 2n; offset < 13n; offset++)
    await recordLetter(database, offset, { ...right, age: -1 }, WRONG_AGE);
}

/** Rejects one more message, as most of them are. */
export const rejectAnother = ({ database, shop }: Operated): Promise<void> =>
  recordLetter(database, 100n, { ...participantRegistered(shop.empty.eventId), age: -1 }, WRONG_AGE);

/** Moves the end of every partition's log to one, as the worker that has it does. */
export async function movePartitions(
  { database, clock }: Pick<Operated, 'database' | 'clock'>,
  logEnd: bigint,
): Promise<void> {
  const partitions = [0, 1].map((partition) => ({
    topic: TOPIC,
    partition,
    logEnd,
    lag: partition === 0 ? 0n : 250n,
    applied: logEnd - (partition === 0 ? 0n : 250n),
    stalledSince: partition === 0 ? undefined : ((clock.now() - 120_000) as Instant),
    reason: partition === 0 ? undefined : 'canceling statement due to lock timeout',
  }));
  await storeProgress(database, partitions, clock.now());
}

function recordLetter(
  database: Operated['database'],
  offset: bigint,
  value: object,
  reason: string,
): Promise<void> {
  const message = { offset, key: null, value: Buffer.from(JSON.stringify(value)), headers: { trace: 'a1' } };
  return recordDeadLetters(
    database,
    { topic: TOPIC, partition: 0 },
    [{ message, reason }],
    Date.now() as Instant,
  );
}
