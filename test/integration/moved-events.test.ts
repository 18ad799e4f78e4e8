import { Redis } from 'ioredis';
import { eventsMovedSince } from '../../src/database/events';
import type { Instant } from '../../src/domain/values';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { freshRedis, type Own } from '../harness/isolation';
import { type EventIds, eventCreated, newEvent } from '../harness/messages';
import { waitFor } from '../harness/wait-for';

describe('an event that moves to another store', () => {
  let own: Own;
  let redis: Redis;
  let service: ServiceUnderContract;
  beforeAll(async () => {
    own = await freshRedis();
    redis = new Redis(own.url);
    service = await startUnderContract({ env: { REDIS_URL: own.url } });
  });
  afterAll(async () => {
    await service.stop();
    redis.disconnect();
    await own.drop();
  });

  const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  const define = (ids: EventIds, occurredAt: string): Promise<void> =>
    service.send('event.created', eventCreated(ids, { occurredAt }));
  const movedSince = async (since: number): Promise<readonly string[]> =>
    (await eventsMovedSince(service.database, since as Instant)).map(String);
  const read = (eventId: string): Promise<unknown> =>
    service.http.get(analyticsPath(eventId), service.token());
  const isKept = async (eventId: string): Promise<boolean> =>
    (await redis.keys(`analytics:*:answer:${eventId}`)).length > 0;

  it('is known to have moved, and when', async () => {
    const begun = Date.now();
    const [moved, stayed, late] = [newEvent(), newEvent(), newEvent()];
    for (const ids of [moved, stayed, late]) await define(ids, minutesAgo(9));
    expect(await movedSince(0)).toEqual([]);
    await define({ ...moved, storeId: newEvent().storeId }, minutesAgo(8));
    await define(stayed, minutesAgo(8));
    await define({ ...late, storeId: newEvent().storeId }, minutesAgo(10));
    expect(await movedSince(begun - 1)).toEqual([moved.eventId]);
    // What is changed about it later is no move.
    const [row] = await service.database.prisma.event.findMany({ where: { eventId: moved.eventId } });
    await define({ ...moved, storeId: row?.storeId ?? '' }, minutesAgo(7));
    const [after] = await service.database.prisma.event.findMany({ where: { eventId: moved.eventId } });
    expect(after?.movedAt).toEqual(row?.movedAt);
    expect(await movedSince(Date.now() + 60_000)).toEqual([]);
  });

  it('leaves nothing in the cache of what was made before, when the move is told', async () => {
    const ids = newEvent();
    await define(ids, minutesAgo(9));
    await read(ids.eventId);
    expect(await isKept(ids.eventId)).toBe(true);
    await define({ ...ids, storeId: newEvent().storeId }, minutesAgo(8));
    expect(await isKept(ids.eventId)).toBe(false);
  });

  it('nor when the worker that moved it died before publishing: the one that takes over looks for it', async () => {
    const [ids, other] = [newEvent(), newEvent()];
    for (const each of [ids, other]) {
      await define(each, minutesAgo(9));
      await read(each.eventId);
    }
    await service.database.execute(
      'UPDATE events SET store_id = $2::uuid, moved_at = now() WHERE event_id = $1::uuid',
      ids.eventId,
      newEvent().storeId,
    );
    const env = { REDIS_URL: own.url, DATABASE_URL: service.databaseUrl };
    const successor = await startUnderContract({ env });
    await waitFor(async () => !(await isKept(ids.eventId)), { what: 'its body to go', timeoutMs: 10_000 });
    expect(await isKept(other.eventId)).toBe(true);
    await successor.stop();
  });
});
