import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { analyticsPath, type Value } from '../harness/contract/service';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../harness/http';
import { freshDatabase, freshRedis, type Own } from '../harness/isolation';
import { type EventIds, eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

interface Dashboard {
  readonly cacheStatus: string;
  readonly lastUpdated: string;
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
}

/** No read waits longer than this for anything. */
const LONGEST_WAIT_MS = 3_000;

const FORMS = [
  ['in this process', false],
  ['in Redis', true],
] as const;

describe.each(FORMS)('while the database is away, with answers kept %s,', (_where, inRedis) => {
  let link: BreakableLink;
  let service: TestService;
  let http: HttpClient;
  const owned: Own[] = [];
  beforeAll(async () => {
    const database = await freshDatabase();
    owned.push(database);
    link = await linkTo(database.url);
    const redis = inRedis ? await freshRedis() : undefined;
    if (redis) owned.push(redis);
    service = await startTestService({
      // One connection, so that one that falls silent is all of them.
      env: { DATABASE_URL: link.url, DATABASE_POOL_SIZE: '1', ...(redis && { REDIS_URL: redis.url }) },
    });
    http = createHttpClient(service.origin);
  });
  afterAll(async () => {
    await service.stop();
    await link.cut();
    for (const each of owned) await each.drop();
  });
  let isCut = false;
  const cut = async (): Promise<void> => {
    await link.cut();
    isCut = true;
  };
  const mend = async (): Promise<void> => {
    if (isCut) await link.mend();
    isCut = false;
  };
  afterEach(async () => {
    await mend();
    await waitFor(async () => (await get(newEvent().eventId, service.token())).status === 404, {
      what: 'the database to be used again',
      timeoutMs: 10_000,
    });
  });

  async function send(topic: string, value: Value): Promise<void> {
    const { rejected } = await service.post([{ topic, value }]);
    expect(rejected).toEqual([]);
  }
  async function newlyRead(): Promise<EventIds & { readonly answer: HttpAnswer }> {
    const ids = newEvent();
    await send('event.created', eventCreated(ids));
    await send('participant.registered', participantRegistered(ids.eventId));
    const answer = await get(ids.eventId, service.token());
    expect(answer.status).toBe(200);
    return { ...ids, answer };
  }
  const get = (eventId: string, token?: string, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
    http.get(analyticsPath(eventId), token, headers);
  async function timed(reading: Promise<HttpAnswer>): Promise<HttpAnswer> {
    const begun = performance.now();
    const answer = await reading;
    expect(performance.now() - begun).toBeLessThan(LONGEST_WAIT_MS);
    return answer;
  }
  const reason = ({ headers }: HttpAnswer): unknown => headers['x-stale-reason'];
  const untilFresh = (eventId: string): Promise<Dashboard> =>
    waitFor(
      async () => {
        const answer = await get(eventId, service.token());
        return answer.status === 200 && reason(answer) === undefined && (answer.json() as Dashboard);
      },
      { what: 'the database to be used again', timeoutMs: 45_000 },
    );

  it('an event that has changed is shown as it was last known, and says so', async () => {
    const { eventId, storeId, answer: known } = await newlyRead();
    await send('participant.registered', participantRegistered(eventId));
    await cut();

    const stale = await timed(get(eventId, service.token([storeId])));
    expect([stale.status, reason(stale)]).toEqual([200, 'DATABASE_UNAVAILABLE']);
    expect(stale.json()).toEqual({ ...(known.json() as Dashboard), cacheStatus: 'HIT' });
    expect(stale.headers.etag).toBe(known.headers.etag);
    await waitFor(async () => Number((await get(eventId, service.token())).headers.age) >= 1, {
      what: 'its age to be told',
      timeoutMs: 5_000,
    });
    const unchanged = await get(eventId, service.token(), { 'if-none-match': known.headers.etag ?? '' });
    expect([unchanged.status, reason(unchanged)]).toEqual([304, 'DATABASE_UNAVAILABLE']);

    await mend();
    expect((await untilFresh(eventId)).summaryCards.totalParticipants.count).toBe(2);
  });

  it('are shown to no viewer who may not read them', async () => {
    const { eventId } = await newlyRead();
    await send('participant.registered', participantRegistered(eventId));
    await cut();
    const answers = [await get(eventId, service.token([newEvent().storeId])), await get(eventId)];
    expect(answers.map(({ status }) => status)).toEqual([403, 401]);
    expect(answers.map(reason)).toEqual([undefined, undefined]);
  });

  it('an event that was never read is answered with a failure, and soon', async () => {
    const ids = newEvent();
    await send('event.created', eventCreated(ids));
    await cut();
    const answer = await timed(get(ids.eventId, service.token()));
    expect(answer.json()).toMatchObject({ error: 'INTERNAL_SERVER_ERROR' });
  });

  it('nothing from before a move to another store is shown to anybody', async () => {
    const { eventId } = await newlyRead();
    const { storeId } = newEvent();
    await send('event.created', eventCreated({ eventId, storeId }, { occurredAt: new Date().toISOString() }));
    await cut();
    expect((await get(eventId, service.token())).status).toBe(500);
    await mend();
    await untilFresh(eventId);
    await send('participant.registered', participantRegistered(eventId));
    await cut();
    const shown = await get(eventId, service.token([storeId]));
    expect([shown.status, reason(shown)]).toEqual([200, 'DATABASE_UNAVAILABLE']);
  });

  it('and hangs, everybody who asks is answered within three seconds by what is known', async () => {
    await untilFresh((await newlyRead()).eventId);
    const { eventId, storeId } = await newlyRead();
    await send('participant.registered', participantRegistered(eventId));
    // New connections too: a busy machine finds the silent ones first, and would read over another.
    link.freeze();
    const together = await Promise.all(
      Array.from({ length: 20 }, () => timed(get(eventId, service.token([storeId])))),
    );
    expect(together.map((answer) => [answer.status, reason(answer)])).toEqual(
      Array(20).fill([200, 'DATABASE_UNAVAILABLE']),
    );
    await cut();
    await mend();
    expect((await untilFresh(eventId)).summaryCards.totalParticipants.count).toBe(2);
  });
});
