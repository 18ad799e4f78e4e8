import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { freshRedis, type Own } from '../harness/isolation';
import { type EventIds, eventCreated, participantRegistered } from '../harness/messages';

const SETTINGS = [
  ['in this process', false],
  ['in Redis', true],
] as const;

describe.each(SETTINGS)(
  'a viewer who may not read an event, its answer being cached %s,',
  (_where, inRedis) => {
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

    const get = (eventId: string, token: string) => service.http.get(analyticsPath(eventId), token);
    /** The status for a viewer who may not read the event, and how many statements it takes. */
    async function asked({ eventId }: EventIds, token = service.token([randomUUID()])) {
      service.statements.length = 0;
      const { status } = await get(eventId, token);
      return { status, statements: service.statements.length };
    }
    const read = async ({ eventId, storeId }: EventIds): Promise<string> => {
      const answer = await get(eventId, service.token([storeId]));
      expect(answer.status).toBe(200);
      return (answer.json() as { cacheStatus: string }).cacheStatus;
    };
    const change = ({ eventId }: EventIds) =>
      service.send('participant.registered', participantRegistered(eventId));

    it('is refused without a statement, whether the event has changed since it was read or not', async () => {
      const event = await service.event();
      await read(event);
      expect(await asked(event)).toEqual({ status: 403, statements: 0 });
      await change(event);
      expect(await asked(event)).toEqual({ status: 403, statements: 0 });
      // Nothing was assembled on their account, nor is it known by now what has changed.
      expect(await read(event)).toBe('MISS');
      expect(await asked(event)).toEqual({ status: 403, statements: 0 });
    });

    it('is refused by one statement until a viewer who may read it has done so, whether it changes or not', async () => {
      const event = await service.event();
      expect(await asked(event)).toEqual({ status: 403, statements: 1 });
      expect(await asked(event)).toEqual({ status: 403, statements: 1 });
      await change(event);
      expect(await asked(event)).toEqual({ status: 403, statements: 1 });
      expect(await read(event)).toBe('MISS');
    });

    it('gets 404 by one statement, and 403 by one once the event exists', async () => {
      const event = { eventId: randomUUID(), storeId: randomUUID() };
      expect(await asked(event)).toEqual({ status: 404, statements: 1 });
      await service.send('event.created', eventCreated(event));
      expect(await asked(event)).toEqual({ status: 403, statements: 1 });
    });

    it('lose an event that moves to another store, whose viewers then have it', async () => {
      const event = await service.event();
      await read(event);
      const moved = { eventId: event.eventId, storeId: randomUUID() };
      await service.send('event.created', eventCreated(moved, { occurredAt: new Date().toISOString() }));
      const former = service.token([event.storeId]);
      expect(await asked(event, former)).toEqual({ status: 403, statements: 1 });
      expect(await read(moved)).toBe('MISS');
      expect(await asked(event, former)).toEqual({ status: 403, statements: 0 });
    });

    it('does not delay viewers who may read it and ask at the same time', async () => {
      const event = await service.event();
      service.statements.length = 0;
      const refusals = Array.from({ length: 5 }, () => get(event.eventId, service.token([randomUUID()])));
      const readers = Array.from({ length: 5 }, () => read(event));
      expect((await Promise.all(refusals)).map(({ status }) => status)).toEqual(Array(5).fill(403));
      expect(await Promise.all(readers)).toContain('MISS');
    });

    if (inRedis) {
      it('is refused by what the body itself says where Redis has evicted its owner', async () => {
        const event = await service.event();
        await read(event);
        const redis = new Redis(own!.url);
        await redis.del(await redis.keys(`analytics:*:owner:${event.eventId}`));
        redis.disconnect();
        expect(await asked(event)).toEqual({ status: 403, statements: 0 });
        expect(await read(event)).toBe('HIT');
      });
    }
  },
);
