import { arrivingPerMinute, isUnobserved } from '../../../web/src/admin/arrivals';

type Topic = Parameters<typeof arrivingPerMinute>[0];

const at = (seconds: number): string => new Date(1_760_000_000_000 + seconds * 1_000).toISOString();
const topic = (endOffset: number, more: Partial<Topic> = {}): Topic => ({
  topic: 'a',
  partitions: 2,
  endOffset,
  lag: 0,
  troubled: 0,
  ...more,
});
const read = (seconds: number, ...topics: Topic[]) => ({ readAt: at(seconds), topics });

describe('what arrives in a minute', () => {
  it('is how far the ends of a topic have moved, by the service’s clock, also while nothing is applied', () => {
    const now = topic(180, { lag: 80 });
    const earlier = read(0, topic(900, { topic: 'b' }), topic(100));
    expect(arrivingPerMinute(now, read(30, now), earlier)).toBe(160);
  });

  it.each([
    ['from one reading', undefined],
    ['of a topic that was not there', read(0)],
    [
      'where a partition was not there, whose log may be of any length',
      read(0, topic(100, { partitions: 1 })),
    ],
    ['of no time', read(30, topic(100))],
  ])('is not known %s', (_what, earlier) => {
    const now = topic(5_000_000);
    expect(arrivingPerMinute(now, read(30, now), earlier)).toBeUndefined();
  });

  it('is nothing where ends went back, as of a topic that was made anew', () => {
    const now = topic(40);
    expect(arrivingPerMinute(now, read(30, now), read(0, topic(100)))).toBe(0);
  });
});

test('a partition has no worker once none has looked at it for a minute', () => {
  expect(isUnobserved({ observedAt: at(-61) }, { readAt: at(0) })).toBe(true);
  expect(isUnobserved({ observedAt: at(-59) }, { readAt: at(0) })).toBe(false);
});
