import { firstDifference } from '../../../bench/contest/answers';
import { allowed } from '../../../bench/contest/machine';
import { readOptions } from '../../../bench/contest/options';
import { usedBetween } from '../../../bench/contest/postgres-time';
import { type Round, toWork } from '../../../bench/contest/results';
import { toTable } from '../../../bench/contest/table';
import { lengthOf, createShops, createEqualShops } from '../../../bench/contest/shop-data';
import { UsageError } from '../../../bench/live/options';

const round = (perSecond: number, p99Ms = 2): Round => ({
  perSecond,
  p50Ms: 1,
  p99Ms,
  cores: 1,
  readersCores: 0.5,
  cpuMicros: 1_000_000 / perSecond,
  postgresMicros: 10,
  rssBytes: 1_048_576,
  otherCores: 0.25,
});

describe('the results of a contest', () => {
  const ours = { name: 'ours', wanted: null, rounds: [round(90, 9), round(300), round(240)] };
  const rival = { name: 'rival', wanted: 1.2, rounds: [round(100), round(400), round(200)] };
  const work = toWork('work', [ours, rival]);

  it('are medians, each value by itself, and not the best', () => {
    expect(work.standings.map((each) => each.perSecond)).toEqual([240, 200]);
    expect(work.standings[0]?.p99Ms).toBe(2);
  });

  it('tell of whatever else ran', () => {
    expect(toTable({ machine: 'machine', works: [work] })).toContain('took up to 0.25 cores');
  });

  it('leave out what was not waited for', () => {
    const unasked = { ...round(100), p50Ms: null, p99Ms: null, readersCores: null };
    const [standing] = toWork('work', [{ name: 'ours', wanted: null, rounds: [unasked, unasked] }]).standings;
    expect(standing).toMatchObject({ perSecond: 100, p50Ms: null, p99Ms: null, readersCores: null });
  });

  it('hold ours against each rival', () => {
    expect(work.standings.map(({ ratio }) => ratio)).toEqual([null, 1.2]);
  });

  it('are reached only by more than what is wanted', () => {
    const table = (wanted: number): string =>
      toTable({ machine: 'machine', works: [toWork('work', [ours, { ...rival, wanted }])] });
    expect(table(1.2)).toContain('> 1.2 ×: NOT REACHED');
    expect(table(1.1)).toContain('> 1.1 ×: reached');
  });
});

describe('two answers', () => {
  it('are the same whatever the order of their keys', () => {
    expect(firstDifference({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBeUndefined();
  });

  it.each([
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, 'a.b.1: 2 and 3'],
    [{ a: 1 }, { a: 1, b: 2 }, 'b: nothing and 2'],
    [{ a: [1, 2] }, { a: [1] }, 'a.1: 2 and nothing'],
    [{ a: [] }, { a: {} }, 'a: [] and {}'],
    [{ a: null }, { a: 0 }, 'a: null and 0'],
    [{ a: 1 }, { a: '1' }, 'a: 1 and "1"'],
  ])('differ where they do: %j, %j', (one, other, difference) => {
    expect(firstDifference(one, other)).toBe(difference);
  });
});

describe('what a contest takes from the machine', () => {
  it('reads a list of cores as Linux writes it', () => {
    expect(allowed('0')).toEqual([0]);
    expect(allowed('0,2-4')).toEqual([0, 2, 3, 4]);
  });

  it('counts what old and new connections to PostgreSQL have used, and nothing of those that are gone', () => {
    const before = new Map([
      [1, 5],
      [2, 7],
    ]);
    const after = new Map([
      [1, 6],
      [3, 0.5],
    ]);
    expect(usedBetween(before, after)).toBe(1.5);
  });
});

describe('the options of a contest', () => {
  const defaults = { seconds: 5, connections: 16 };

  it('are five rounds, and one when it has to be short', () => {
    expect(readOptions([], defaults)).toMatchObject({ rounds: 5, seconds: 5, connections: 16 });
    expect(readOptions(['--short'], defaults)).toMatchObject({ rounds: 1, seconds: 1, isShort: true });
    expect(readOptions(['--short', '--rounds', '3'], defaults)).toMatchObject({ rounds: 3, seconds: 1 });
    expect(readOptions(['--help'], defaults)).toBeUndefined();
  });

  it.each([['--rounds', '0'], ['--seconds', 'x'], ['--nonsense']])('refuse %s %s', (...args) => {
    expect(() => readOptions(args, defaults)).toThrow(UsageError);
  });
});

describe('the shops of a contest', () => {
  it('has nothing happen in the time to come', () => {
    const now = Date.UTC(2026, 5, 15, 3);
    const shopData = createEqualShops({ shops: 2, eventsOfShop: 2, participantsOfEvent: 3 }, now);
    const all = [...shopData.messages.values()].flat().flatMap((part) => part.slice(0, part.length));
    const dated = all.map(({ occurredAt }) => Date.parse(String(occurredAt)));
    expect(lengthOf(shopData, 'participant.registered')).toBe(12);
    expect(Math.max(...dated)).toBeLessThanOrEqual(now);
  });

  it('makes messages when they are sent, each once', () => {
    const now = Date.UTC(2026, 5, 15, 3);
    const { messages } = createShops(
      [{ events: 2, participantsOfEvent: 3, participantsOfLast: 7, regions: 7 }],
      now,
    );
    const [earlier, last] = messages.get('participant.registered') ?? [];
    expect([earlier?.length, last?.length]).toEqual([3, 7]);
    const sent = [...last!.slice(0, 5), ...last!.slice(5, 10)];
    expect(new Set(sent.map(({ region }) => region)).size).toBe(7);
  });
});
