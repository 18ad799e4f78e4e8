import { systemClock } from '../../src/platform/clock';
import type { RejectedMessage } from '../../src/platform/source/source';
import { newEvent, participantRegistered } from '../harness/messages';
import { batchOf, kindsOf, times } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStage, type Stage } from '../harness/streams/stage';
import { offsetOf, participantsOf } from '../harness/streams/stored';

const TOPIC = 'participant.registered';

describe.each(BOTH_DATABASES)('the fence of the stored offset on %s', (_, open) => {
  const { eventId } = newEvent();
  const people = (count: number): object[] => times(count, () => participantRegistered(eventId));
  let opened: OpenedDatabase;
  let stage: Stage;

  beforeAll(async () => {
    opened = await open();
    stage = createStage(opened.database, systemClock);
  }, 60_000);
  beforeEach(() => stage.reset());
  afterAll(() => opened.close());

  const counted = (): Promise<number> => participantsOf(opened.database, eventId);
  const offset = (): Promise<number | undefined> => offsetOf(opened.database, TOPIC);

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
    expect(kindsOf(await stage.apply(batchOf(TOPIC, log.slice(0, 2))))).toEqual(['skipped', 'skipped']);
    expect([await counted(), await offset()]).toEqual([6, 6]);
  });

  it('goes on where the database stands when Kafka has forgotten the last offsets', async () => {
    const log = people(5);
    await stage.apply(batchOf(TOPIC, log.slice(0, 3)));
    const restarted = await stage.apply(batchOf(TOPIC, log, { position: { isFirst: true } }));
    expect(kindsOf(restarted)).toEqual(['skipped', 'skipped', 'skipped', 'applied', 'applied']);
    expect([await counted(), await offset()]).toEqual([5, 5]);
  });

  it('begins a log anew that was deleted and made again, and still counts nobody twice', async () => {
    const before = people(3);
    await stage.apply(batchOf(TOPIC, before, { from: 1_000 }));
    const anew = [before[0]!, ...people(1)];
    const first = await stage.apply(batchOf(TOPIC, anew, { position: { isFirst: true, highWatermark: 5n } }));
    expect(kindsOf(first)).toEqual(['duplicate', 'applied']);
    expect(await offset()).toBe(2);
    expect(kindsOf(await stage.apply(batchOf(TOPIC, people(3), { from: 2 })))).toEqual(
      times(3, () => 'applied'),
    );
    expect([await counted(), await offset()]).toEqual([7, 5]);
  });

  it('asks to go back when the database is behind what Kafka believes, and does nothing before', async () => {
    const setAside: RejectedMessage[] = [];
    const options = {
      from: 50,
      position: { isFirst: true },
      onSetAside: (rejected: readonly RejectedMessage[]) => void setAside.push(...rejected),
    };
    const batch = batchOf(TOPIC, [...people(1), {}], options);
    expect(await stage.apply(batch)).toEqual({ kind: 'rewind', offset: 0n });
    await stage.apply(batchOf(TOPIC, people(10)));
    expect(await stage.apply(batch)).toEqual({ kind: 'rewind', offset: 10n });
    expect(setAside).toEqual([]);
    expect([await counted(), await offset()]).toEqual([10, 10]);
  });

  it('takes a hole in the middle of a log for what it is', async () => {
    await stage.apply(batchOf(TOPIC, people(2)));
    expect(kindsOf(await stage.apply(batchOf(TOPIC, people(1), { from: 40 })))).toEqual(['applied']);
    expect([await counted(), await offset()]).toEqual([3, 41]);
  });
});
