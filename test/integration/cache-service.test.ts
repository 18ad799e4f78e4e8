import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createSettableClock } from '../../src/runtime/clock';
import type { Instant } from '../../src/domain/values';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { freshRedis, type Own } from '../harness/isolation';
import { participantRegistered, salesRecorded } from '../harness/messages';

const countOf = (body: unknown): unknown =>
  (body as { summaryCards: { totalParticipants: { count: number } } }).summaryCards.totalParticipants.count;

const SETTINGS = [
  ['in this process', false],
  ['in Redis', true],
] as const;

describe.each(SETTINGS)('finished answers kept %s', (_where, inRedis) => {
  let service: ServiceUnderContract;
  let own: Own | undefined;

  beforeAll(async () => {
    own = inRedis ? await freshRedis() : undefined;
    service = await startUnderContract({ env: { ...(own && { REDIS_URL: own.url }) } });
  });
  afterAll(async () => {
    await service.stop();
    await own?.drop();
  });

  const read = async (eventId: string, token = service.token()): Promise<unknown> =>
    (await service.http.get(analyticsPath(eventId), token)).json();
  const missed = { cacheStatus: 'MISS' };
  const hit = { cacheStatus: 'HIT' };

  it('are assembled once, and cost no statement from then on', async () => {
    const { eventId } = await service.event();
    const first = await read(eventId);
    service.statements.length = 0;
    const second = await read(eventId);
    expect([first, second]).toMatchObject([missed, hit]);
    expect({ ...(second as object), ...missed }).toEqual(first);
    expect(service.statements).toEqual([]);
  });

  it.each([0, 1, 2, 3])('are assembled once for 50 who ask %i turns of the loop apart', async (turns) => {
    // Two statements: whose it is, and all that stands in it.
    for (let round = 0; round < 5; round++) {
      const { eventId } = await service.event();
      service.statements.length = 0;
      const bodies = await Promise.all(
        Array.from({ length: 50 }, async (_, reader) => {
          for (let turn = 0; turn < reader * turns; turn++) await nextTurn();
          return read(eventId);
        }),
      );
      expect(service.statements).toHaveLength(2);
      expect(
        new Set(bodies.map((body) => JSON.stringify({ ...(body as object), cacheStatus: '' }))).size,
      ).toBe(1);
    }
  });

  it('are fresh after every message about the event, and about its store', async () => {
    const event = await service.event();
    const sister = await service.event({ storeId: event.storeId });
    for (let count = 1; count <= 3; count++) {
      await read(event.eventId);
      await service.send('participant.registered', participantRegistered(event.eventId));
      const body = await read(event.eventId);
      expect(body).toMatchObject(missed);
      expect(countOf(body)).toBe(count);
    }
    await Promise.all([read(event.eventId), read(sister.eventId)]);
    await service.send('sales.recorded', salesRecorded(event.storeId, 5_000));
    expect(await Promise.all([read(event.eventId), read(sister.eventId)])).toMatchObject([missed, missed]);
  });

  it('of other stores stay', async () => {
    const [event, other] = [await service.event(), await service.event()];
    await read(other.eventId);
    await service.send('participant.registered', participantRegistered(event.eventId));
    expect(await read(other.eventId)).toMatchObject(hit);
  });

  it('stay when a message changes nothing', async () => {
    const { eventId } = await service.event();
    const message = participantRegistered(eventId);
    await service.send('participant.registered', message);
    await read(eventId);
    await service.send('participant.registered', message);
    expect(await read(eventId)).toMatchObject(hit);
  });

  it('are never failures: each one is looked into anew', async () => {
    const eventId = randomUUID();
    for (let attempt = 0; attempt < 2; attempt++) {
      service.statements.length = 0;
      expect(await read(eventId)).toMatchObject({ error: 'EVENT_NOT_FOUND' });
      expect(service.statements.length).toBeGreaterThan(0);
    }
    await service.event({ eventId });
    expect(await read(eventId)).toMatchObject(missed);
  });
});

describe('how old an answer is, and how old it may become,', () => {
  const clock = createSettableClock(Date.parse('2025-10-22T10:10:00Z') as Instant);
  let service: ServiceUnderContract;
  let redis: Redis;
  let own: Own;

  beforeAll(async () => {
    own = await freshRedis();
    redis = new Redis(own.url);
    service = await startUnderContract({
      clock,
      env: { REDIS_URL: own.url, CACHE_TTL_SECONDS: '300', INDUSTRY_REFRESH_SECONDS: '86400' },
    });
  });
  afterAll(async () => {
    redis.disconnect();
    await service.stop();
    await own.drop();
  });

  /** For how many seconds Redis was told that the answer may be served, read at a given time of that morning. */
  async function keptFor(time: string, fields: Readonly<Record<string, string>> = {}): Promise<number> {
    clock.set(Date.parse(`2025-10-22T${time}Z`) as Instant);
    const { eventId } = await service.event({
      occurredAt: '2025-10-01T00:00:00Z',
      startAt: '2025-10-20T00:00:00Z',
      endAt: '2025-10-30T00:00:00Z',
      ...fields,
    });
    await service.http.get(analyticsPath(eventId), service.token());
    return Math.ceil((await redis.pttl(await keyOf('version', eventId))) / 1_000);
  }

  async function keyOf(kind: 'answer' | 'version', eventId: string): Promise<string> {
    const [key, ...others] = await redis.keys(`analytics:*:${kind}:${eventId}`);
    if (key === undefined || others.length > 0) throw new Error(`There must be one ${kind} of the event.`);
    return key;
  }

  it('is told in whole seconds by Age, from 0 on, to a client that has the answer already, too', async () => {
    clock.set(Date.parse('2025-10-22T10:10:00Z') as Instant);
    const { eventId } = await service.event({ occurredAt: '2025-10-01T00:00:00Z' });
    const ask = (known?: string) =>
      service.http.get(analyticsPath(eventId), service.token(), { ...(known && { 'if-none-match': known }) });
    const made = await ask();
    expect([made.status, made.headers.age]).toEqual([200, '0']);
    clock.advance(2_999);
    const kept = await ask();
    expect([kept.json(), kept.headers.age]).toMatchObject([{ cacheStatus: 'HIT' }, '2']);
    clock.advance(1);
    const known = await ask(made.headers.etag);
    expect([known.status, known.headers.age]).toEqual([304, '3']);
  });

  it('is kept for STALE_IF_ERROR_SECONDS, however long it may be served', async () => {
    clock.set(Date.parse('2025-10-22T10:59:00Z') as Instant);
    const { eventId } = await service.event({ occurredAt: '2025-10-01T00:00:00Z' });
    await service.http.get(analyticsPath(eventId), service.token());
    expect(Math.ceil((await redis.pttl(await keyOf('answer', eventId))) / 1_000)).toBe(86_400);
  });

  it('is at most CACHE_TTL_SECONDS', async () => {
    expect(await keptFor('10:10:00')).toBe(300);
  });

  it('is no longer than until the next full hour, when days and hours may begin', async () => {
    expect(await keptFor('10:59:00')).toBe(60);
  });

  it("is no longer than until the event's start", async () => {
    expect(await keptFor('10:10:00', { startAt: '2025-10-22T10:12:00Z' })).toBe(120);
  });

  it("is no longer than until the event's end", async () => {
    expect(await keptFor('10:10:00', { endAt: '2025-10-22T10:11:30Z' })).toBe(90);
  });

  it('pays no heed to a start and an end that lie behind', async () => {
    expect(
      await keptFor('10:10:00', { startAt: '2025-10-20T10:12:00Z', endAt: '2025-10-21T10:12:00Z' }),
    ).toBe(300);
  });
});
