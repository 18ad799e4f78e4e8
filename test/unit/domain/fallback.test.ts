import { platformFallback } from '../../../src/domain/fallback';
import { channelFacts } from './facts-of';

const failingSince = '2025-10-16T00:00:00Z';

describe('what stands in for platforms that fail', () => {
  it('is nothing while all of them answer', () => {
    expect(platformFallback([channelFacts('a', { measured: 5 }), channelFacts('b')])).toEqual({
      channels: [],
      withoutViews: [],
    });
  });

  it('are the channels that show the event, in channel order, however old their views are', () => {
    const channels = [
      channelFacts('second', { failingSince, expected: 0, firstPosition: 1 }),
      channelFacts('answers', { measured: 5, firstPosition: 2 }),
      channelFacts('first', { failingSince, measured: 0, firstPosition: 0 }),
      channelFacts('failed', { failingSince, status: 'FAILED', measured: 3 }),
      channelFacts('pending', { failingSince, status: 'PENDING' }),
      channelFacts('flyer', { failingSince, distributed: false }),
    ];
    expect(platformFallback(channels)).toEqual({ channels: ['first', 'second'], withoutViews: [] });
  });

  it('is not there where neither a measurement nor an expectation is', () => {
    const channels = [channelFacts('a', { failingSince }), channelFacts('b', { failingSince, expected: 0 })];
    expect(platformFallback(channels)).toEqual({ channels: ['a', 'b'], withoutViews: ['a'] });
  });
});
