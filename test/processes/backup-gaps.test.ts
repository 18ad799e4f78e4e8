import { z } from 'zod';
import type { Entry } from '../faults/ledger/ledger';
import { nextOffsets } from '../faults/scenario';
import { type Drill, openDrill } from '../harness/backup/drill';

jest.setTimeout(240_000);

const DUMP = 'Dump a server database';
const INTO_A_NEW_ONE = 'Restore it into a new database';
const LOST = 'Messages that Kafka no longer has';

const TOPIC = 'participant.registered';
const NEVER_READ = 'the log has deleted messages that were never read';

const gapShape = z.object({
  topic: z.string(),
  partition: z.number(),
  firstOffset: z.number(),
  lastOffset: z.number(),
  writtenAfter: z.iso.datetime(),
  writtenBefore: z.iso.datetime(),
  noticedAt: z.iso.datetime(),
});
type Gap = z.infer<typeof gapShape>;

/** Of a partition the log has lost all since the dump, of another half of that: what is left of it is behind the gap. */
describe('a database that is put back when Kafka no longer has all that its dump lacks', () => {
  let drill: Drill;
  let topic: string;
  /** Where the dump stands in each partition, and from where on the log still has something. */
  const gaps = new Map<number, { readonly from: bigint; readonly to: bigint }>();

  beforeAll(async () => {
    drill = await openDrill('backup with gaps');
    topic = drill.prefix + TOPIC;
    await drill.start(drill.databaseUrl);
    const { traffic } = drill;
    await traffic.send(traffic.factory.definitions());
    await traffic.sendRegistrations(30);
    await drill.untilAllApplied();
    await drill.follow(DUMP);
    const dumped = nextOffsets(traffic, drill.prefix);

    await traffic.sendRegistrations(60);
    await traffic.send(Array.from({ length: 9 }, () => traffic.factory.invalid(TOPIC)));
    await traffic.send(Array.from({ length: 60 }, () => traffic.factory.valid()));
    await drill.untilAllApplied();
    await drill.untilExact();
    const applied = nextOffsets(traffic, drill.prefix);
    for (const [partition, share] of [
      [0, 1n],
      [1, 2n],
    ] as const) {
      const name = `${topic}/${partition}`;
      const [from, end] = [dumped.get(name) ?? 0n, applied.get(name) ?? 0n];
      gaps.set(partition, { from, to: from + (end - from) / share });
    }
    await drill.stop();
    await drill.follow(INTO_A_NEW_ONE);
    await drill.admin(async (admin) => {
      // KafkaJS finds the leader of a topic only that it has been asked about before.
      await admin.fetchTopicOffsets(topic);
      const partitions = [...gaps].map(([partition, { to }]) => ({ partition, offset: to.toString() }));
      await admin.deleteTopicRecords({ topic, partitions });
    });
    await drill.start(drill.restoredUrl);
    await drill.untilAllApplied();
  });
  afterAll(() => drill.close());

  const isLost = (entry: Entry): boolean => {
    const gap = entry.topic === TOPIC ? gaps.get(entry.partition) : undefined;
    if (gap === undefined || entry.offset === undefined || entry.mark !== undefined) return false;
    return entry.offset >= gap.from && entry.offset < gap.to;
  };

  const logged = (): Gap[] =>
    drill
      .workersSaid()
      .split('\n')
      .filter((line) => line.includes(NEVER_READ))
      .map((line) => gapShape.parse(JSON.parse(line)));

  const expected = () =>
    [...gaps].map(([partition, { from, to }]) => ({
      ...{ topic, partition },
      firstOffset: Number(from),
      lastOffset: Number(to) - 1,
    }));

  it('names what is lost in the log of the worker, in readiness, in a metric and in the verification', async () => {
    const inLog = logged().sort((one, other) => one.partition - other.partition);
    expect(inLog).toMatchObject(expected());

    const readiness = await fetch(`${drill.gateway.origin}/readyz`);
    expect(readiness.status).toBe(200);
    const shown = z.object({ deletedUnread: z.array(gapShape) }).parse(await readiness.json());
    expect(shown.deletedUnread).toEqual(inLog);

    const metrics = await (await fetch(`${drill.gateway.origin}/metrics`)).text();
    for (const { partition, firstOffset, lastOffset } of inLog)
      expect(metrics).toContain(
        `analytics_deleted_unread_offsets{topic="${topic}",partition="${partition}"} ${lastOffset - firstOffset + 1}\n`,
      );

    const { code, stdout } = await drill.verify('--log');
    expect(code).toBe(1);
    const named = inLog.map(
      ({ partition, firstOffset, lastOffset, writtenAfter, writtenBefore }) =>
        `deleted unread: ${topic}/${partition}: offsets ${firstOffset} to ${lastOffset}, ` +
        `written between ${writtenAfter} and ${writtenBefore}`,
    );
    expect(stdout.split('\n').filter((line) => /^(?:deleted|missing|another|beyond)/.test(line))).toEqual(
      named,
    );
  });

  it('says between which times it was written', () => {
    for (const { partition, writtenAfter, writtenBefore } of logged()) {
      const lost = drill.traffic.ledger.entries.filter(
        (entry) => isLost(entry) && entry.partition === partition,
      );
      expect(lost.length).toBeGreaterThan(5);
      const sent = lost.map(({ at }) => at);
      expect(Date.parse(writtenAfter)).toBeLessThanOrEqual(Math.min(...sent));
      expect(Date.parse(writtenBefore)).toBeGreaterThanOrEqual(Math.max(...sent));
    }
  });

  it('is exact in all else, keeps each dead letter once, and in everything when the messages are sent again', async () => {
    const { traffic } = drill;
    const lost = traffic.ledger.entries.filter(isLost);
    traffic.ledger.forget(isLost);
    await drill.untilExact();

    // A worker that comes later finds nothing new to tell of.
    await drill.stop();
    await drill.start(drill.restoredUrl);
    await traffic.send(lost.map(({ offset: _lost, ...draft }) => draft));
    await drill.untilAllApplied();
    await drill.untilExact();
    expect(logged()).toHaveLength(gaps.size);
    expect(await drill.verify('--log')).toMatchObject({ code: 1 });
    await drill.follow(LOST);
    expect(await drill.verify('--log')).toMatchObject({ code: 0 });
  });

  it('says beforehand which topics Kafka keeps for too short a time', async () => {
    const kept = await drill.verify('--log', '--keeps', '7');
    expect(kept).toMatchObject({ code: 0 });
    const { code, stdout } = await drill.verify('--log', '--keeps', '8');
    expect(code).toBe(1);
    expect(stdout).toContain(`kept too short: ${topic}: 7 days (retention.ms), and 8 are wanted\n`);
  });
});
