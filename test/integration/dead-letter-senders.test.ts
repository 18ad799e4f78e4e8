import { z } from 'zod';
import { type LetterFixture, openLetterFixture, placeOf } from '../harness/dead-letters/fixture';
import { type SenderProcess, startSender } from '../harness/dead-letters/sender';
import { times } from '../harness/streams/batches';
import { waitFor } from '../harness/wait-for';

/** Short, so that what a dead process has claimed is soon due again. */
const LEASE_MS = 2_000;

describe('senders of dead letters', () => {
  let stage: LetterFixture;
  const senders: SenderProcess[] = [];

  beforeAll(async () => (stage = await openLetterFixture()), 60_000);
  afterAll(async () => {
    await Promise.all(senders.map((sender) => sender.kill()));
    await stage.close();
  });

  function start(topic: string, freezes = false): SenderProcess {
    const { databaseUrl, brokers } = stage;
    const sender = startSender({ databaseUrl, brokers, topics: [topic], leaseMs: LEASE_MS, freezes });
    senders.push(sender);
    return sender;
  }

  async function record(topic: string, count: number, from = 0): Promise<string[]> {
    const letters = times(count, (index) => ({
      partition: index % 3,
      value: Buffer.from(`letter ${index}`),
    }));
    await stage.record(topic, letters, from);
    return times(count, (index) => `${index % 3}/${from + index}`).sort();
  }

  const placesOn = async (topic: string): Promise<string[]> => (await stage.sent(topic)).map(placeOf).sort();

  it('send each letter once when there are two of them', async () => {
    const topic = stage.newTopic();
    stage.startOutbox([topic], LEASE_MS);
    stage.startOutbox([topic], LEASE_MS);
    const places: string[] = [];
    for (let round = 0; round < 8; round++) places.push(...(await record(topic, 60, round * 60)));
    await stage.untilWaiting(topic, 0);
    expect(await placesOn(topic)).toEqual(places.sort());
  });

  it('send each letter once when they are killed again and again', async () => {
    const topic = stage.newTopic();
    const places: string[] = [];
    for (let round = 0; round < 6; round++) {
      const sender = start(topic);
      await sender.says('started');
      places.push(...(await record(topic, 120, round * 120)));
      // While it is at it: some of these are sent, or under way, and others not.
      await waitFor(async () => (await waiting(topic)) < 120, { what: 'it to be at it', timeoutMs: 30_000 });
      await sender.kill();
    }
    stage.startOutbox([topic], LEASE_MS);
    await stage.untilWaiting(topic, 0);
    expect(await placesOn(topic)).toEqual(places.sort());
  });

  it('send nothing that is there, when a process died before it could say so', async () => {
    const topic = stage.newTopic();
    const places = await record(topic, 20);
    const outbox = stage.startOutbox([topic], LEASE_MS);
    await stage.untilWaiting(topic, 0);
    await outbox.stop();
    // As the rows stand after the acknowledgement and before the mark.
    await stage.database.execute(
      'UPDATE dead_letters SET sent_at = NULL, send_at = now() WHERE topic = $1',
      topic,
    );
    await stage.database.execute('DELETE FROM dead_letter_logs');
    stage.startOutbox([topic], LEASE_MS);
    await stage.untilWaiting(topic, 0);
    expect(await placesOn(topic)).toEqual(places);
  });

  it('send nothing when they wake after their claim is over', async () => {
    const topic = stage.newTopic();
    const places = await record(topic, 10);
    const frozen = start(topic, true);
    await frozen.says('claimed');
    const other = stage.startOutbox([topic], LEASE_MS);
    await stage.untilWaiting(topic, 0);
    await other.stop();
    frozen.process.kill('SIGCONT');
    // No other process sends these: once they are sent, the sender is done with its claim.
    const more = await record(topic, 200, 1_000);
    await stage.untilWaiting(topic, 0);
    expect(await placesOn(topic)).toEqual([...places, ...more].sort());
  });

  async function waiting(topic: string): Promise<number> {
    const [row] = await stage.database.query(
      z.object({ count: z.bigint() }),
      'SELECT count(*) FROM dead_letters WHERE topic = $1 AND send_at IS NOT NULL AND attempts = 0',
      topic,
    );
    return Number(row?.count);
  }
});
