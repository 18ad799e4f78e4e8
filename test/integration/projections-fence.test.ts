import type { Database } from '../../src/database/database';
import { systemClock } from '../../src/runtime/clock';
import { markOf } from '../../src/messaging/source/offset-fence';
import { recordDigest } from '../../src/messaging/source/record-digest';
import { createOffsetFence } from '../../src/database/offsets';
import { newEvent, participantRegistered } from '../harness/messages';
import { batchOf, kindsOf, times } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { lettersIn, offsetOf, participantsOf } from '../harness/streams/stored';

const TOPIC = 'participant.registered';

describe.each(BOTH_DATABASES)('the fence of the stored offset on %s', (_, open) => {
  const { eventId } = newEvent();
  const people = (count: number): object[] => times(count, () => participantRegistered(eventId));
  const statements: string[] = [];
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await open(({ sql }) => statements.push(sql));
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(() => stage.reset());
  afterAll(() => opened.close());

  const counted = (): Promise<number> => participantsOf(opened.database, eventId);
  const offset = (): Promise<number | undefined> => offsetOf(opened.database, TOPIC);

  it('is passed in one statement by a worker that finds the offset where it has left it', async () => {
    const log = people(4);
    const [first, second] = [batchOf(TOPIC, log.slice(0, 2)), batchOf(TOPIC, log.slice(2), { from: 2 })];
    await stage.apply(first);
    const position = { ...second.position!, applied: 2n, record: markOf(first.messages[1]!) };
    statements.length = 0;
    expect(kindsOf(await stage.apply({ ...second, position }))).toEqual(['applied', 'applied']);
    expect(statements.filter((sql) => sql.includes('partition_offsets'))).toHaveLength(1);
    expect([await counted(), await offset()]).toEqual([4, 4]);
  });

  it('leaves a batch that is delivered twice alone', async () => {
    const batch = batchOf(TOPIC, people(3));
    expect(kindsOf(await stage.apply(batch))).toEqual(['applied', 'applied', 'applied']);
    expect(kindsOf(await stage.apply(batch))).toEqual(['skipped', 'skipped', 'skipped']);
    expect([await counted(), await offset()]).toEqual([3, 3]);
  });

  it('takes of a batch that overlaps with what another worker did only the rest', async () => {
    const log = people(6);
    await stage.apply(batchOf(TOPIC, log.slice(0, 4)));
    const overlapping = await stage.apply(batchOf(TOPIC, log.slice(2), { from: 2 }));
    expect(kindsOf(overlapping)).toEqual(['skipped', 'skipped', 'applied', 'applied']);
    expect([await counted(), await offset()]).toEqual([6, 6]);
  });

  it('does not go back for a worker that lost its partition and comes late', async () => {
    const log = people(6);
    await stage.apply(batchOf(TOPIC, log));
    expect(await stage.apply(batchOf(TOPIC, log.slice(0, 2)))).toEqual({ kind: 'rewind', offset: 6n });
    expect([await counted(), await offset()]).toEqual([6, 6]);
  });

  it('goes on at the stored offset when Kafka has forgotten the last offsets', async () => {
    const log = people(5);
    await stage.apply(batchOf(TOPIC, log.slice(0, 3)));
    const restarted = await stage.apply(batchOf(TOPIC, log, { position: { applied: 3n } }));
    expect(kindsOf(restarted)).toEqual(['skipped', 'skipped', 'skipped', 'applied', 'applied']);
    expect([await counted(), await offset()]).toEqual([5, 5]);
  });

  it('begins a log anew that was deleted and made again, and still counts no participant twice', async () => {
    const fence = createOffsetFence(opened.database);
    const before = people(3);
    await stage.apply(batchOf(TOPIC, before, { from: 1_000 }));
    const [stored] = await fence.read([{ topic: TOPIC, partition: 0 }]);
    await fence.startAnew(stored!);
    const first = await stage.apply(batchOf(TOPIC, [before[0]!, ...people(1)]));
    expect(kindsOf(first)).toEqual(['duplicate', 'applied']);
    expect([await counted(), await offset()]).toEqual([4, 2]);
    // A worker that still expects the former offset changes nothing.
    await fence.startAnew(stored!);
    expect(await offset()).toBe(2);
  });

  it('takes no batch of an old log for the row of a new one', async () => {
    const old = people(4);
    await stage.apply(batchOf(TOPIC, old.slice(0, 2)));
    const fence = createOffsetFence(opened.database);
    const [stored] = await fence.read([{ topic: TOPIC, partition: 0 }]);
    await fence.startAnew(stored!);
    await stage.apply(batchOf(TOPIC, people(3)));
    // A worker that was frozen over what it had in hand of the old log.
    const position = { applied: 2n, record: stored!.record };
    const late = await stage.apply(batchOf(TOPIC, old.slice(2), { from: 2, position }));
    expect(late).toEqual({ kind: 'rewind', offset: 3n });
    expect([await counted(), await offset()]).toEqual([5, 3]);
  });

  it('keeps the last record of each batch, by which the log is recognised', async () => {
    const batch = batchOf(TOPIC, [...people(1), {}], { from: 7 });
    await stage.apply(batch);
    const [stored] = await createOffsetFence(opened.database).read([{ topic: TOPIC, partition: 0 }]);
    const { key, value } = batch.messages[1]!;
    const record = { offset: 8n, timestamp: undefined, digest: recordDigest({ key, value }) };
    expect(stored).toEqual({ topic: TOPIC, partition: 0, nextOffset: 9n, record });
  });

  it('asks to go back when the database is behind what was applied, and does nothing before', async () => {
    const batch = batchOf(TOPIC, [...people(1), {}], { from: 50, position: { applied: 50n } });
    expect(await stage.apply(batch)).toEqual({ kind: 'rewind', offset: 0n });
    await stage.apply(batchOf(TOPIC, people(10)));
    expect(await stage.apply(batch)).toEqual({ kind: 'rewind', offset: 10n });
    expect(await lettersIn(opened.database)).toEqual([]);
    expect([await counted(), await offset()]).toEqual([10, 10]);
  });

  it('asks to go back when the database goes back between two transactions of one batch', async () => {
    const log = people(5_001);
    let hasGoneBack = false;
    const goingBack: Database = {
      ...opened.database,
      async transaction(work) {
        const result = await opened.database.transaction(work);
        if (!hasGoneBack) await stage.reset();
        hasGoneBack = true;
        return result;
      },
    };
    const result = await createStreamFixture(goingBack, systemClock).apply(batchOf(TOPIC, log));
    expect(result).toEqual({ kind: 'rewind', offset: 0n });
    expect([await counted(), await offset()]).toEqual([0, undefined]);
  });

  it('takes a hole in the middle of a log for what it is', async () => {
    const first = batchOf(TOPIC, people(2));
    await stage.apply(first);
    const position = { applied: 2n, record: markOf(first.messages[1]!) };
    const behindHole = batchOf(TOPIC, people(1), { from: 40, position });
    expect(kindsOf(await stage.apply(behindHole))).toEqual(['applied']);
    expect([await counted(), await offset()]).toEqual([3, 41]);
  });
});
