import { systemClock } from '../../src/runtime/clock';
import { readGaps, readGapsOf } from '../../src/database/log-gaps';
import { createOffsetFence } from '../../src/database/offsets';
import type { LogGap } from '../../src/messaging/source/log-gap';
import { newEvent, participantRegistered } from '../harness/messages';
import { batchOf, times } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';

const TOPIC = 'participant.registered';
const PLACE = { topic: TOPIC, partition: 0 };
const [BEFORE, BEHIND] = [new Date('2026-11-28T10:00:00.120Z'), new Date('2026-11-28T10:09:30.004Z')];

describe.each(BOTH_DATABASES)('a gap of the log on %s', (_, open) => {
  const { eventId } = newEvent();
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    await opened.database.execute('DELETE FROM log_gaps');
  });
  afterAll(() => opened.close());

  const fence = () => createOffsetFence(opened.database);
  const stored = async () => {
    const [row] = await fence().read([PLACE]);
    return row ?? { ...PLACE, nextOffset: 0n, record: undefined };
  };
  const gapUpTo = async (lastOffset: bigint, more: Partial<LogGap> = {}): Promise<LogGap> => ({
    ...PLACE,
    ...{ firstOffset: (await stored()).nextOffset, lastOffset, writtenAfter: BEFORE, writtenBefore: BEHIND },
    ...more,
  });
  const applyThree = () =>
    stage.apply(
      batchOf(
        TOPIC,
        times(3, () => participantRegistered(eventId)),
      ),
    );

  it('is kept with the offset that is moved behind it, and the mark of the log stays', async () => {
    await applyThree();
    const before = await stored();
    const gap = await gapUpTo(9n);
    const kept = await fence().passGap(before, gap);
    expect(kept).toEqual({ ...gap, firstOffset: 3n, noticedAt: expect.any(Date) as Date });
    expect(await stored()).toEqual({ ...before, nextOffset: 10n });
    expect(await readGaps(opened.database)).toEqual([kept]);
    expect(await readGapsOf(opened.database, { topic: TOPIC, partition: 1 })).toEqual([]);
  });

  it('begins at the first offset where nothing was ever read, and ends when it was noticed where nothing is behind it', async () => {
    const gap = await gapUpTo(4n, { writtenAfter: undefined, writtenBefore: undefined });
    const kept = await fence().passGap(await stored(), gap);
    expect(kept).toMatchObject({ firstOffset: 0n, lastOffset: 4n, writtenAfter: undefined });
    expect(kept?.writtenBefore).toEqual(kept?.noticedAt);
    expect(await stored()).toMatchObject({ nextOffset: 5n });
  });

  it('is left to the worker that has moved the offset since', async () => {
    await applyThree();
    const before = await stored();
    const gap = await gapUpTo(9n);
    await fence().passGap(before, gap);
    expect(await fence().passGap(before, gap)).toBeUndefined();
    expect(await stored()).toMatchObject({ nextOffset: 10n });
    expect(await readGaps(opened.database)).toHaveLength(1);
  });

  it('grows where another log has lost more from the same offset on', async () => {
    await fence().passGap(await stored(), await gapUpTo(4n));
    await fence().startAnew(await stored());
    await fence().passGap(await stored(), await gapUpTo(6n));
    expect(await readGaps(opened.database)).toMatchObject([{ firstOffset: 0n, lastOffset: 6n }]);
  });
});
