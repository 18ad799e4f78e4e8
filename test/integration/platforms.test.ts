import { ViewsByChannelDocument } from '../../src/generated/test-operations';
import { createSettableClock } from '../../src/runtime/clock';
import type { Instant } from '../../src/domain/values';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import type { HttpAnswer } from '../harness/http';
import { distributionCompleted } from '../harness/messages';
import { ask } from '../harness/operations/client';
import { counts, createScriptedPlatform, failure, MINUTE_MS, timesAsked } from '../harness/scripted-platform';
import { startTestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const TV = '지니TV';
const HOUR_MS = 60 * MINUTE_MS;
const NOON = Date.parse('2025-10-15T12:00:00Z') as Instant;
/** As GraphQL writes it. */
const iso = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z');
const until = (what: string, condition: () => unknown): Promise<unknown> =>
  waitFor(async () => Boolean(await condition()), { what, timeoutMs: 20_000 });

/** An event that runs for a week from that noon, and has been distributed. */
async function distributed(
  service: ServiceUnderContract,
  channels: readonly { readonly channel: string; readonly expectedViews?: number | null }[],
): Promise<{ eventId: string; storeId: string }> {
  const occurredAt = iso(NOON - HOUR_MS);
  const ids = await service.event({ occurredAt, startAt: iso(NOON), endAt: iso(NOON + 7 * 24 * HOUR_MS) });
  const named = channels.map((channel) => ({ status: 'SUCCESS', cost: 1_000, ...channel }));
  await service.send('distribution.completed', distributionCompleted(ids.eventId, named, { occurredAt }));
  return ids;
}

async function views(service: ServiceUnderContract, id: string) {
  const { data, errors } = await ask(service.origin, service.token(), ViewsByChannelDocument, { id });
  expect(errors).toEqual([]);
  return data!.dashboard;
}

describe('two workers over one database', () => {
  it('ask about each event and channel once per interval', async () => {
    const clock = createSettableClock(NOON);
    const platforms = () => ['Instagram', TV].map((channel) => createScriptedPlatform(channel, clock));
    const [here, there] = [platforms(), platforms()];
    const polled = (scripted: typeof here) => scripted.map((platform) => platform.polled());
    const service = await startUnderContract({ clock, platforms: polled(here) });
    const other = await startTestService({
      clock,
      platforms: polled(there),
      env: { DATABASE_URL: service.databaseUrl },
    });
    try {
      for (let index = 0; index < 10; index++)
        await distributed(service, [{ channel: 'Instagram' }, { channel: TV }]);
      for (let round = 1; round <= 5; round++) {
        await until(`round ${round}`, () => {
          const times = [...timesAsked(...here, ...there).values()];
          return times.length === 20 && times.every((count) => count >= round);
        });
        expect(new Set(timesAsked(...here, ...there).values())).toEqual(new Set([round]));
        clock.advance(MINUTE_MS);
      }
      // Otherwise the one would have had nothing to keep out of the other's way.
      for (const worker of [here, there]) expect(timesAsked(...worker).size).toBeGreaterThan(0);
    } finally {
      await other.stop();
      await service.stop();
    }
  });
});

describe('a platform that is down for a day and comes back', () => {
  it('leaves the views as they were, with no change since yesterday, and what came in between counts for today', async () => {
    const clock = createSettableClock(NOON);
    const platform = createScriptedPlatform(TV, clock);
    const service = await startUnderContract({ clock, platforms: [platform.polled()] });
    try {
      const { eventId } = await distributed(service, [{ channel: TV, expectedViews: 80 }]);
      const total = async () => (await views(service, eventId)).summaryCards.totalViews;
      await until('the first views', async () => (await total()).count === 100);
      // Nothing was measured before this day, so it is held against what was expected.
      expect(await total()).toEqual({ count: 100, yesterdayChange: 25 });

      platform.follow(() => failure('UNREACHABLE'));
      const downSince = NOON + 11 * HOUR_MS;
      for (let hour = 11; hour < 35; hour += 2) {
        clock.set((NOON + hour * HOUR_MS) as Instant);
        const asked = platform.asked.length;
        await until(`it to be asked in hour ${hour}`, () => platform.asked.length > asked);
      }
      await until('the views to be stale', async () => {
        const [row] = (await views(service, eventId)).channelPerformance;
        return row?.viewsSource === 'STALE';
      });
      const [row] = (await views(service, eventId)).channelPerformance;
      expect(row).toMatchObject({
        views: 100,
        viewsMeasuredAt: iso(NOON),
        platformFailingSince: iso(downSince),
      });
      // A whole day was slept through: its close is the last that is known, of the day before.
      expect(await total()).toEqual({ count: 100, yesterdayChange: 0 });
      clock.set(Date.parse('2025-10-17T00:30:00Z') as Instant);
      expect(await total()).toEqual({ count: 100, yesterdayChange: 0 });

      platform.follow(() => counts(300, clock));
      await until('it to answer again', async () => (await total()).count === 300);
      expect(await total()).toEqual({ count: 300, yesterdayChange: 200 });
      clock.set(Date.parse('2025-10-18T00:00:00Z') as Instant);
      await until('the new day to be measured', async () => {
        const [today] = (await views(service, eventId)).channelPerformance;
        return today?.viewsMeasuredAt === iso(clock.now());
      });
      expect(await total()).toEqual({ count: 300, yesterdayChange: 0 });
    } finally {
      await service.stop();
    }
  });
});

describe('while a platform fails', () => {
  // Not a full hour, at which nothing is kept.
  const clock = createSettableClock((NOON + 10 * MINUTE_MS) as Instant);
  const genie = createScriptedPlatform(TV, clock);
  const kakao = createScriptedPlatform('Kakao, Channel', clock);
  let service: ServiceUnderContract;

  beforeAll(async () => {
    service = await startUnderContract({ clock, platforms: [genie.polled(), kakao.polled()] });
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    clock.advance(HOUR_MS);
    genie.follow(() => failure('TIMEOUT'));
    kakao.follow(() => counts(500, clock));
  });
  afterEach(async () => {
    genie.follow(() => counts(100, clock));
    kakao.follow(() => counts(500, clock));
    clock.advance(HOUR_MS);
    await until('all to be well', async () => (await failing()).length === 0);
  });

  const failing = async (): Promise<readonly string[]> => {
    const rows = await service.database.prisma.platformState.findMany({ where: { status: 'FAILING' } });
    return rows.map(({ channel }) => channel).sort();
  };
  const untilFailing = (...channels: string[]) =>
    until(`${channels.join()} to fail`, async () => (await failing()).join() === [...channels].sort().join());
  const read = (eventId: string, token = service.token(), known?: string): Promise<HttpAnswer> =>
    service.http.get(analyticsPath(eventId), token, { ...(known && { 'if-none-match': known }) });
  const statusOf = (answer: HttpAnswer): unknown => (answer.json() as { cacheStatus?: string }).cacheStatus;

  it('REST names its channels in a header, from the cache and to who has the answer already too', async () => {
    kakao.follow(() => failure('SERVER_ERROR'));
    const channels = [
      { channel: 'Kakao, Channel', expectedViews: 5 },
      { channel: TV, expectedViews: 0 },
      { channel: 'Instagram' },
    ];
    const { eventId } = await distributed(service, channels);
    await untilFailing(TV, 'Kakao, Channel');
    const made = await read(eventId);
    const named = `Kakao%2C%20Channel,${encodeURIComponent(TV)}`;
    expect([made.status, statusOf(made), made.headers['x-fallback-channels']]).toEqual([200, 'MISS', named]);
    // The change published for the later failure may still be on its way, and outdates what was made before it.
    await until('it to be kept', async () => statusOf(await read(eventId)) === 'HIT');
    const kept = await read(eventId);
    expect([statusOf(kept), kept.headers['x-fallback-channels']]).toEqual(['HIT', named]);
    const known = await read(eventId, service.token(), kept.headers.etag);
    expect([known.status, known.headers['x-fallback-channels']]).toEqual([304, named]);
  });

  it('REST says nothing of it over events that the channel does not show', async () => {
    const { eventId } = await distributed(service, [{ channel: 'Instagram' }]);
    await distributed(service, [{ channel: TV, expectedViews: 1 }]);
    await untilFailing(TV);
    expect((await read(eventId)).headers).not.toHaveProperty('x-fallback-channels');
  });

  it('the header comes to an answer that is cached, and goes again by itself', async () => {
    genie.follow(() => counts(70, clock));
    const { eventId } = await distributed(service, [{ channel: TV }]);
    await until('its views', async () => (await views(service, eventId)).channelPerformance[0]?.views === 70);
    const before = await read(eventId);
    expect(before.headers).not.toHaveProperty('x-fallback-channels');

    genie.follow(() => failure('TIMEOUT'));
    clock.advance(MINUTE_MS);
    await untilFailing(TV);
    await until('the header', async () => (await read(eventId)).headers['x-fallback-channels'] !== undefined);
    // The same values, but not the same answer.
    expect((await read(eventId, service.token(), before.headers.etag)).status).toBe(200);

    genie.follow(() => counts(70, clock));
    clock.advance(MINUTE_MS);
    await until('it to go', async () => (await read(eventId)).headers['x-fallback-channels'] === undefined);
  });

  it('REST answers 503 when nothing at all is known of its views, for as long as that is so', async () => {
    const { eventId, storeId } = await distributed(service, [{ channel: TV }]);
    await untilFailing(TV);
    for (let attempt = 0; attempt < 2; attempt++) {
      const answer = await read(eventId, service.token([storeId]));
      expect([answer.status, answer.json()]).toMatchObject([
        503,
        {
          error: 'EXTERNAL_SERVICE_UNAVAILABLE',
          message: '일부 채널 데이터를 불러올 수 없습니다. Fallback 데이터를 사용합니다.',
        },
      ]);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    // Whose it is not is told that and nothing else.
    expect((await read(eventId, service.token([]))).status).toBe(403);

    // GraphQL answers what is known, and says of what nothing is.
    const dashboard = await views(service, eventId);
    expect(dashboard.platformFallback).toEqual({ channels: [TV], withoutViews: [TV] });
    expect(dashboard.channelPerformance).toMatchObject([{ views: 0, viewsSource: 'EXPECTED' }]);

    genie.follow(() => counts(12, clock));
    clock.advance(MINUTE_MS);
    await until('the answer', async () => (await read(eventId)).status === 200);
    expect(await views(service, eventId)).toMatchObject({
      channelPerformance: [{ views: 12, viewsSource: 'MEASURED', platformFailingSince: null }],
      platformFallback: { channels: [], withoutViews: [] },
    });
  });

  it('GraphQL tells which views are old, from when, and since when there are no newer ones', async () => {
    const { eventId } = await distributed(service, [
      { channel: 'Kakao, Channel' },
      { channel: TV, expectedViews: 9 },
    ]);
    await untilFailing(TV);
    await until(
      'the other',
      async () => (await views(service, eventId)).channelPerformance[0]?.views === 500,
    );
    expect((await views(service, eventId)).channelPerformance).toEqual([
      {
        channel: 'Kakao, Channel',
        views: 500,
        viewsSource: 'MEASURED',
        viewsMeasuredAt: iso(clock.now()),
        platformFailingSince: null,
      },
      {
        channel: TV,
        views: 9,
        viewsSource: 'EXPECTED',
        viewsMeasuredAt: null,
        platformFailingSince: iso(clock.now()),
      },
    ]);
  });

  it('what the contract says of health, and where requests are sent, stays as it is', async () => {
    await distributed(service, [{ channel: TV, expectedViews: 1 }]);
    await untilFailing(TV);
    expect((await service.http.get('/api/health')).json()).toMatchObject({ status: 'UP' });
    const ready = await service.http.get('/readyz');
    expect([ready.status, ready.json()]).toMatchObject([
      200,
      {
        ready: true,
        platforms: [
          { channel: 'Kakao, Channel', status: 'HEALTHY' },
          { channel: TV, status: 'FAILING', reason: 'TIMEOUT', since: new Date(clock.now()).toISOString() },
        ],
      },
    ]);
  });
});
