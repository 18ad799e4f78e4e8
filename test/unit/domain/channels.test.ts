import {
  channelPerformance,
  conversionRate,
  effectiveViews,
  inChannelOrder,
  participationRate,
  totalViews,
} from '../../../src/domain/channels';
import { at, channelFacts, countFacts } from './facts-of';

describe('the order of channels', () => {
  const namesOf = (channels: Parameters<typeof inChannelOrder>[0]) =>
    inChannelOrder(channels).map(({ channel }) => channel);

  it('goes by the earliest distribution, then the place in it, then the name', () => {
    expect(
      namesOf([
        channelFacts('late', { firstAt: '2025-10-16T00:00:00Z', firstPosition: 0 }),
        channelFacts('b', { firstPosition: 1 }),
        channelFacts('a', { firstPosition: 1 }),
        channelFacts('z', { firstPosition: 0 }),
      ]),
    ).toEqual(['z', 'a', 'b', 'late']);
  });

  it('puts channels that no distribution names behind all others, by code point of their names', () => {
    expect(
      namesOf([
        channelFacts('😀', { distributed: false }),
        channelFacts('Ａ', { distributed: false }),
        channelFacts('zz', { firstAt: '2099-01-01T00:00:00Z' }),
      ]),
    ).toEqual(['zz', 'Ａ', '😀']);
  });
});

describe("a channel's views", () => {
  it('are the latest measured, even when that is 0', () => {
    expect(effectiveViews(channelFacts('a', { measured: 0, expected: 500 }))).toBe(0);
  });

  it('are what is expected while never measured, whatever the state of the distribution', () => {
    expect(effectiveViews(channelFacts('a', { expected: 500, status: 'FAILED' }))).toBe(500);
  });

  it('are 0 when nothing is known', () => {
    expect(effectiveViews(channelFacts('a'))).toBe(0);
    expect(effectiveViews(channelFacts('a', { distributed: false }))).toBe(0);
  });

  it('saturate in their sum', () => {
    const most = channelFacts('a', { measured: Number.MAX_SAFE_INTEGER });
    expect(totalViews([most, most])).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('the channel table', () => {
  it('has a row for a channel that is known from participants only: pending, free, unseen', () => {
    expect(channelPerformance([channelFacts('flyer', { distributed: false, participants: 3 })])).toEqual([
      {
        channel: 'flyer',
        views: 0,
        participants: 3,
        conversionRate: 0,
        costPerAcquisition: 0,
        status: 'PENDING',
        viewsSource: 'EXPECTED',
        viewsMeasuredAt: null,
        platformFailingSince: null,
      },
    ]);
  });

  it('rounds the cost of a participant half away from zero to whole won', () => {
    const costs = [
      [25, 10, 3],
      [24, 10, 2],
      [100, 3, 33],
      [7, 0, 0],
    ].map(([cost = 0, participants = 0, expected]) => [
      channelPerformance([channelFacts('a', { cost, participants })])[0]?.costPerAcquisition,
      expected,
    ]);
    for (const [actual, expected] of costs) expect(actual).toBe(expected);
  });

  it('calls measured views stale while the platform fails, and expected ones expected', () => {
    const channels = [
      channelFacts('a', { measured: 5, failingSince: '2025-10-16T00:00:00Z' }),
      channelFacts('b', { expected: 5, failingSince: '2025-10-16T00:00:00Z' }),
      channelFacts('c', { measured: 1 }),
    ];
    const told = channelPerformance(channels).map((row) => [
      row.viewsSource,
      row.viewsMeasuredAt,
      row.platformFailingSince,
    ]);
    expect(told).toEqual([
      ['STALE', at('2025-10-15T00:00:00Z'), at('2025-10-16T00:00:00Z')],
      ['EXPECTED', null, at('2025-10-16T00:00:00Z')],
      ['MEASURED', at('2025-10-15T00:00:00Z'), null],
    ]);
  });

  it('tells the state of the latest distribution', () => {
    expect(channelPerformance([channelFacts('a', { status: 'FAILED' })])[0]?.status).toBe('FAILED');
  });
});

describe('rates over channels', () => {
  const channels = [
    channelFacts('seen', { measured: 1000, participants: 50 }),
    channelFacts('unseen', { participants: 50 }),
  ];

  it('hold all participants against all views', () => {
    expect(participationRate(countFacts(100), channels)).toBe(10);
  });

  it('leave out of the conversion who came over a channel without views', () => {
    expect(conversionRate(channels)).toBe(5);
  });

  it('are 0 without views', () => {
    const unseen = [channelFacts('unseen', { participants: 50 })];
    expect(participationRate(countFacts(50), unseen)).toBe(0);
    expect(conversionRate(unseen)).toBe(0);
    expect(conversionRate([])).toBe(0);
  });
});
