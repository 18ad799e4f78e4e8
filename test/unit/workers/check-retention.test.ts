import type { Retention } from '../../../src/messaging/source/kafka-retention';
import { checkRetention } from '../../../src/workers/verification/log/check-retention';

const DAY_MS = 86_400_000;
const WEEK: Retention = {
  topic: 'sales.recorded',
  keptMs: 7 * DAY_MS,
  keptBytes: Infinity,
  isCompacted: false,
};

describe('what Kafka is asked to keep', () => {
  it('is kept long enough for so many days and for fewer', () => {
    expect(checkRetention([WEEK], 7)).toEqual([]);
    expect(checkRetention([{ ...WEEK, keptMs: Infinity }], 9_999)).toEqual([]);
  });

  it.each([
    { what: 'for fewer days', kept: {}, says: '7 days (retention.ms), and 8 are wanted' },
    {
      what: 'for hours',
      kept: { keptMs: DAY_MS / 2 },
      says: '0.5 days (retention.ms), and 8 are wanted',
    },
    {
      what: 'up to a size',
      kept: { keptMs: Infinity, keptBytes: 1_000 },
      says: '1000 bytes of each partition (retention.bytes), however few days that is',
    },
    {
      what: 'as the last message of each key',
      kept: { keptMs: Infinity, isCompacted: true },
      says: 'only the last message of each key (cleanup.policy), and each is wanted',
    },
  ])('is named where it is kept $what', ({ kept, says }) => {
    expect(checkRetention([{ ...WEEK, ...kept }], 8)).toEqual([`kept too short: sales.recorded: ${says}`]);
  });
});
