import { arrivals } from '../../../web/src/admin/arrivals';

type Workers = Parameters<typeof arrivals>[0];

const at = (seconds: number): string => new Date(1_760_000_000_000 + seconds * 1_000).toISOString();
const partition = (number: number, nextOffset: number, more = {}): Workers['partitions'][number] => ({
  topic: 'a',
  partition: number,
  nextOffset,
  lag: 3,
  stalledSince: null,
  reason: null,
  observedAt: at(0),
  ...more,
});
const read = (seconds: number, ...partitions: Workers['partitions']): Workers => ({
  readAt: at(seconds),
  partitions,
  deletedUnread: [],
  platforms: [],
  deadLetterCounts: [],
});

describe('what arrives', () => {
  it('is how far the offsets of a topic have moved, by the minute of the service’s clock', () => {
    const [topic] = arrivals(
      read(30, partition(0, 160), partition(1, 20)),
      read(0, partition(0, 100), partition(1, 0)),
    );
    expect(topic).toMatchObject({ topic: 'a', partitions: 2, perMinute: 160, lag: 6, troubled: [] });
  });

  it('is not known from one reading, nor of a partition that was not there', () => {
    expect(arrivals(read(30, partition(0, 160)), undefined)[0]?.perMinute).toBeUndefined();
    expect(
      arrivals(read(30, partition(0, 160), partition(1, 900)), read(0, partition(0, 100)))[0]?.perMinute,
    ).toBe(120);
  });

  it('is nothing where offsets went back, as they do with the database', () => {
    expect(arrivals(read(30, partition(0, 40)), read(0, partition(0, 100)))[0]?.perMinute).toBe(0);
  });

  it('names the partitions that are stalled, or that no worker looks at', () => {
    const stalled = partition(1, 0, { stalledSince: at(0), reason: 'any' });
    const left = partition(2, 0, { observedAt: at(-61) });
    const [topic] = arrivals(read(0, partition(0, 0), stalled, left), undefined);
    expect(topic?.troubled).toEqual([stalled, left]);
  });
});
