import type { EventId, Instant } from '../../src/domain/values';
import { eventCreated, newEvent } from '../harness/messages';
import { DAY_MS, HOUR_MS, iso, setUpPolling, START, TV } from '../harness/polling';
import {
  counts,
  createScriptedPlatform,
  MINUTE_MS,
  type ScriptedPlatform,
  timesAsked,
} from '../harness/scripted-platform';
import { BOTH_DATABASES } from '../harness/streams/databases';
import { numberIn } from '../harness/streams/stored';

const ROWS_OF_VIEWS =
  'SELECT count(*) AS number FROM daily_views WHERE event_id = $1::uuid AND views = $2::bigint';

describe.each(BOTH_DATABASES)('polling on %s', (_, open) => {
  const polling = setUpPolling(open);
  const { clock, poll, send, distributed, redistributed, viewsOf, until, settled } = polling;

  it('stores what the platform answers, and asks again once the interval is over', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const eventId = await distributed();
    await poll([platform.polled()]);
    await until('the first views', async () => (await viewsOf(eventId)) === 100n);
    expect(platform.asked).toEqual([
      { eventId, channel: TV, startAt: START, endAt: START + DAY_MS, externalId: null },
    ]);
    platform.follow(() => counts(250, clock));
    clock.advance(MINUTE_MS - 1);
    await settled();
    expect(platform.asked).toHaveLength(1);
    clock.advance(1);
    await until('the next views', async () => (await viewsOf(eventId)) === 250n);
    expect(platform.asked).toHaveLength(2);
  });

  it('begins with the start of an event, whichever of its messages came first', async () => {
    const platform = createScriptedPlatform(TV, clock);
    await poll([platform.polled()]);
    const ahead = await distributed([TV], HOUR_MS);
    const late = newEvent();
    await redistributed(late.eventId, [TV], 'SUCCESS', START);
    await settled();
    expect(platform.asked).toEqual([]);
    clock.advance(HOUR_MS);
    await until('the one that has begun', () => platform.asked.length === 1);
    const startAt = iso(START);
    await send(
      'event.created',
      eventCreated(late, { startAt, endAt: iso(START + DAY_MS), occurredAt: startAt }),
    );
    await until('the one that is known now', () => platform.asked.length === 2);
    expect(platform.asked.map(({ eventId }) => eventId)).toEqual([ahead, late.eventId]);
  });

  it('asks only where the latest distribution succeeded, and only about channels that are configured', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const [failed, moved] = [await distributed([TV], 0, 'FAILED'), await distributed()];
    await distributed(['Instagram']);
    await redistributed(moved, [TV], 'FAILED', START + 1);
    await poll([platform.polled()]);
    await until('what failed to be forgotten', async () => {
      const left = 'SELECT count(*) AS number FROM channel_polls WHERE channel = $1';
      return (await numberIn(polling.database, left, TV)) === 0n;
    });
    expect(platform.asked).toEqual([]);
    await redistributed(failed, [TV], 'SUCCESS', START + 2);
    await until('what succeeded at last', () => platform.asked.length > 0);
    expect(platform.asked).toMatchObject([{ eventId: failed }]);
  });

  it('is not asked more often because the event is defined or distributed again', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const eventId = await distributed();
    await poll([platform.polled()]);
    await until('the first question', () => platform.asked.length === 1);
    clock.advance(1);
    await redistributed(eventId, [TV], 'SUCCESS', clock.now());
    await settled();
    expect(platform.asked).toHaveLength(1);
  });

  it('is asked at once when the platform calls the event otherwise, by the name of the latest distribution', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const [renamed, untouched] = [await distributed(), await distributed()];
    await poll([platform.polled()]);
    await until('the first questions', () => platform.asked.length === 2);
    clock.advance(10);
    await redistributed(renamed, [TV], 'SUCCESS', START + 5, '17');
    await until('the question by the new name', () => platform.asked.length === 3);
    await redistributed(renamed, [TV], 'SUCCESS', START + 4, 'an earlier one');
    await redistributed(untouched, [TV], 'SUCCESS', START + 5);
    await settled();
    expect(platform.asked).toHaveLength(3);
    await redistributed(renamed, [TV], 'SUCCESS', START + 6);
    await until('the question without a name', () => platform.asked.length === 4);
    expect(platform.asked.slice(2)).toMatchObject([
      { eventId: renamed, externalId: '17' },
      { eventId: renamed, externalId: null },
    ]);
  });

  it('keeps no answer about a name that the platform does not call the event by any more', async () => {
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(({ externalId }) => (externalId === null ? 'hang' : counts(5, clock)));
    const [renamed, untouched] = [await distributed(), await distributed()];
    await poll([platform.polled()]);
    await until('the questions without a name', () => platform.asked.length === 2);
    clock.advance(10);
    await redistributed(renamed, [TV], 'SUCCESS', clock.now(), '17');
    await until('the views by the new name', async () => (await viewsOf(renamed)) === 5n);
    clock.advance(10);
    // Both are measured later than the views by the new name.
    platform.answerHanging(counts(900, clock));
    await until('the late answer that counts', async () => (await viewsOf(untouched)) === 900n);
    expect(await viewsOf(renamed)).toBe(5n);
    expect(await numberIn(polling.database, ROWS_OF_VIEWS, renamed, 900)).toBe(0n);
  });

  it('leaves an event alone 30 days after its end', async () => {
    const platform = createScriptedPlatform(TV, clock);
    await distributed();
    clock.advance(32 * DAY_MS);
    await poll([platform.polled()]);
    await settled();
    expect(await numberIn(polling.database, 'SELECT count(*) AS number FROM channel_polls')).toBe(0n);
    expect(platform.asked).toEqual([]);
  });

  it('takes no more at a time than the platform is to be asked', async () => {
    const platform = createScriptedPlatform(TV, clock);
    platform.follow(() => 'hang');
    for (let index = 0; index < 6; index++) await distributed();
    await poll([platform.polled({ concurrency: 4 })]);
    await until('four questions', () => platform.asked.length >= 4);
    platform.follow(() => counts(1, clock));
    platform.stop();
    await until('the rest', () => platform.asked.length >= 6);
    expect(timesAsked(platform).size).toBe(6);
    expect(platform.asked).toHaveLength(6);
  });

  it('asks about many events in one request, where the platform takes that', async () => {
    const platform = createScriptedPlatform(TV, clock, 3);
    const events: string[] = [];
    for (let index = 0; index < 7; index++) events.push(await distributed());
    platform.follow(({ eventId }) => (eventId === events[1] ? { kind: 'no_value' } : counts(5, clock)));
    await poll([platform.polled({ concurrency: 2 })]);
    await until('all of them', () => platform.asked.length >= 7);
    expect(platform.requests).toEqual([3, 3, 1]);
    expect(timesAsked(platform).size).toBe(7);
    await until('the last views', async () => (await viewsOf(events[6]!)) === 5n);
    expect(await viewsOf(events[1]!)).toBeUndefined();
  });

  describe('that asks about many in one request', () => {
    const interval = { intervalMs: 10 * MINUTE_MS };

    /** Goes to each of these minutes, and waits there until so many questions were asked in all. */
    async function askedByMinute(
      platforms: readonly ScriptedPlatform[],
      counts: readonly (readonly [minute: number, asked: number])[],
    ): Promise<void> {
      for (const [minute, asked] of counts) {
        clock.set((START + minute * MINUTE_MS) as Instant);
        await until(`${asked} questions by minute ${minute}`, () =>
          platforms.every((platform) => platform.asked.length >= asked),
        );
        await settled();
      }
    }

    it('fills a request with what is due soon, and leaves each event once in an interval', async () => {
      const platform = createScriptedPlatform(TV, clock, 4);
      const events: string[] = [];
      for (const minutes of [0, 1, 2, 3]) events.push(await distributed([TV], minutes * MINUTE_MS));
      await poll([platform.polled(interval)]);
      const starts = [0, 1, 2, 3].map((minute) => [minute, minute + 1] as const);
      // Two minutes are a fifth of the interval; the fourth event is due after three.
      const later = [10, 20, 30].flatMap((minute, round) => [
        [minute, 4 * round + 7] as const,
        [minute + 3, 4 * round + 8] as const,
      ]);
      await askedByMinute([platform], [...starts, ...later]);
      expect(platform.requests).toEqual([1, 1, 1, 1, 3, 1, 3, 1, 3, 1]);
      expect(platform.asked.map(({ eventId }) => eventId)).toEqual([1, 2, 3, 4].flatMap(() => events));
    });

    it('asks nothing early where there is no room, or where each event costs a request', async () => {
      const together = createScriptedPlatform(TV, clock, 2);
      const single = createScriptedPlatform('Instagram', clock);
      for (const minutes of [0, 0, 1]) await distributed([TV, 'Instagram'], minutes * MINUTE_MS);
      await poll([together.polled(interval), single.polled(interval)]);
      const asked = [
        [0, 2],
        [1, 3],
        [10, 5],
        [11, 6],
      ] as const;
      await askedByMinute([together, single], asked);
      expect(together.requests).toEqual([2, 1, 2, 1]);
      expect(single.asked).toHaveLength(6);
    });
  });

  it('goes on with the other platforms while one hangs', async () => {
    const [hanging, well] = [createScriptedPlatform('Instagram', clock), createScriptedPlatform(TV, clock)];
    hanging.follow(() => 'hang');
    const eventId = await distributed(['Instagram', TV]);
    await poll([hanging.polled({ concurrency: 1 }), well.polled()]);
    await until('the one to hang', () => hanging.asked.length === 1);
    for (let round = 1; round <= 3; round++) {
      await until(`the other's question ${round}`, () => well.asked.length === round);
      clock.advance(MINUTE_MS);
    }
    expect(await viewsOf(eventId, 'Instagram')).toBeUndefined();
  });

  it('takes a question back that the platform did not want, and asks it as soon as it may', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const until10 = (START + 10_000) as Instant;
    platform.follow(() => ({ kind: 'postponed', until: until10 }));
    const eventId = await distributed();
    await poll([platform.polled()]);
    await until('the question to be postponed', () => platform.asked.length === 1);
    await until('it to be given back', async () => {
      const never = 'SELECT count(*) AS number FROM channel_polls WHERE asked_at IS NULL';
      return (await numberIn(polling.database, never)) === 1n;
    });
    platform.follow(() => counts(7, clock));
    expect(platform.asked).toHaveLength(1);
    clock.set(until10);
    await until('the views', async () => (await viewsOf(eventId)) === 7n);
    expect(platform.asked).toHaveLength(2);
  });

  it('gives back at its end what is not answered in time, so that another can ask at once', async () => {
    const [dying, heir] = [createScriptedPlatform(TV, clock), createScriptedPlatform(TV, clock)];
    dying.follow(() => 'hang');
    const eventId = await distributed();
    const first = await poll([dying.polled()]);
    await until('the question', () => dying.asked.length === 1);
    await first.stop();
    await poll([heir.polled()]);
    await until('the views', async () => (await viewsOf(eventId)) === 100n);
  });

  it('loses one asking when a worker dies over it, and no more', async () => {
    const [dying, heir] = [createScriptedPlatform(TV, clock), createScriptedPlatform(TV, clock)];
    dying.follow(() => 'hang');
    await distributed();
    await poll([dying.polled({ concurrency: 1 })]);
    await until('the question', () => dying.asked.length === 1);
    // Never heard of again: its only place is taken by a question that is never answered.
    await poll([heir.polled()]);
    clock.advance(MINUTE_MS);
    await until('the other to ask', () => heir.asked.length === 1);
  });

  it('sets aside an answer that cannot be stored, and no other', async () => {
    const platform = createScriptedPlatform(TV, clock);
    const [bad, good] = [await distributed(), await distributed()];
    platform.follow(({ eventId }) => counts(eventId === (bad as EventId) ? -1 : 5, clock));
    await poll([platform.polled()]);
    await until('the good one', async () => (await viewsOf(good)) === 5n);
    expect(await viewsOf(bad)).toBeUndefined();
  });
});
