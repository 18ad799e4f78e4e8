import { createBusinessCalendar } from '../../../src/domain/calendar';
import { registeredToday, totalParticipantsCard, totalViewsCard } from '../../../src/domain/summary';
import { at, channelFacts, channelName, count, countFacts, eventFacts, hourFacts } from './facts-of';

describe('the card of the participants', () => {
  it('counts as today what was registered from the start of the business day on, even if dated ahead of now', () => {
    const seoul = createBusinessCalendar('Asia/Seoul');
    const hours = [
      hourFacts('2025-10-21T14:00:00Z', 1),
      hourFacts('2025-10-21T15:00:00Z', 10),
      hourFacts('2025-10-22T20:00:00Z', 100),
    ];
    const today = registeredToday(hours, seoul, at('2025-10-22T01:00:00Z'));
    const card = totalParticipantsCard(eventFacts(), countFacts(111), today);
    expect(card).toEqual({ count: 111, targetGoal: 1000, achievementRate: 11.1, dailyChange: 110 });
  });

  it('has no achievement without a goal', () => {
    const event = eventFacts({ targetGoal: count(0) });
    const card = totalParticipantsCard(event, countFacts(5), count(0));
    expect(card.achievementRate).toBe(0);
  });
});

describe('the card of the views', () => {
  it('lists only channels that have views, in channel order', () => {
    const channels = [
      channelFacts('c', { measured: 3, firstPosition: 2 }),
      channelFacts('none', { firstPosition: 1 }),
      channelFacts('a', { expected: 1, firstPosition: 0 }),
    ];
    expect(totalViewsCard(channels, [])).toMatchObject({
      count: 4,
      channelBreakdown: [
        { channel: 'a', views: 1 },
        { channel: 'c', views: 3 },
      ],
    });
  });

  it("holds now against yesterday's close: measured then, else expected now, else nothing", () => {
    const channels = [
      channelFacts('measured before', { measured: 150, expected: 9 }),
      channelFacts('first measured today', { measured: 70, expected: 50 }),
      channelFacts('never measured', { expected: 50 }),
      channelFacts('measured today, nothing expected', { measured: 30, distributed: false }),
    ];
    const atClose = [{ channel: channelName('measured before'), views: count(100) }];
    expect(totalViewsCard(channels, atClose)).toMatchObject({ count: 300, yesterdayChange: 50 });
  });

  it('may fall, when a platform corrects itself', () => {
    const atClose = [{ channel: channelName('a'), views: count(200) }];
    expect(totalViewsCard([channelFacts('a', { measured: 100 })], atClose).yesterdayChange).toBe(-50);
  });

  it('shows no change when nothing was seen before', () => {
    expect(totalViewsCard([channelFacts('a', { measured: 5, distributed: false })], []).yesterdayChange).toBe(
      0,
    );
  });
});
