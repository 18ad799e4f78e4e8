import { readGaps } from '../../src/database/log-gaps';
import { lockedRow } from '../harness/locked-row';
import { newEvent, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { command } from '../harness/servers/citus';
import { waitFor } from '../harness/wait-for';

const TOPIC = 'participant.registered';
const WAITING = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** The log of a partition is shortened while its worker cannot keep up, as retention does that is too short. */
describe('messages that Kafka deletes ahead of a worker that runs', () => {
  let service: RealService;
  const { eventId } = newEvent();

  beforeAll(async () => void (service = await startRealService()));
  afterAll(() => service.stop());

  const send = (count: number): Promise<void> =>
    service.topics.send(
      TOPIC,
      Array.from({ length: count }, () => participantRegistered(eventId)),
      { key: eventId },
    );

  /** @returns the partition of the event's messages, and the offset from which on it holds some */
  async function deleteAllOfIt(): Promise<{ partition: number; low: number }> {
    const topic = service.topics.nameOf(TOPIC);
    const admin = service.topics.kafka.admin();
    await admin.connect();
    const found = (await admin.fetchTopicOffsets(topic)).find(({ high }) => high !== '0');
    if (found === undefined) throw new Error(`${topic} has no messages.`);
    const { partition, high } = found;
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: high }] });
    await admin.disconnect();
    return { partition, low: Number(high) };
  }

  it('are kept as a gap, and what comes behind them is counted', async () => {
    await send(5);
    await service.counted(eventId, 5);
    const url = String(service.env['DATABASE_URL']);
    const lock = await lockedRow(url, 'SELECT 1 FROM event_counts WHERE event_id = $1 FOR UPDATE', [eventId]);
    let deleted: Awaited<ReturnType<typeof deleteAllOfIt>>;
    try {
      await send(1);
      await waitFor(async () => (await command(url, WAITING)).length > 0, {
        what: 'the worker to wait for the row',
        timeoutMs: 20_000,
      });
      await send(20);
      deleted = await deleteAllOfIt();
    } finally {
      await lock.release();
    }
    await send(3);
    await service.counted(eventId, 9, 60_000);
    const gaps = await readGaps(service.database);
    expect(gaps).toMatchObject([
      { topic: service.topics.nameOf(TOPIC), partition: deleted.partition, firstOffset: 6n, lastOffset: 25n },
    ]);
    expect(deleted.low).toBe(26);
  });
});
