import { randomUUID } from 'node:crypto';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { violations } from '../harness/contract/validator';
import { AppError, toErrorBody } from '../../src/errors';
import { createSettableClock } from '../../src/runtime/clock';
import type { Instant } from '../../src/domain/values';

const RESOURCE = '/events/{eventId}/analytics';

describe('the failures of the contract', () => {
  const clock = createSettableClock(Date.now() as Instant);
  let service: ServiceUnderContract;
  let event: { eventId: string; storeId: string };

  beforeAll(async () => {
    service = await startUnderContract({ clock });
    event = await service.event();
  });
  afterAll(() => service.stop());

  const get = (id: string, token?: string) => service.http.get(analyticsPath(id), token);
  const otherOwner = () => service.token([randomUUID()]);

  it.each([
    'not-a-uuid',
    '550e8400e29b41d4a716446655440000',
    '%20',
    '%ZZ',
    '%E0%A4%A',
    "'; DROP TABLE events; --",
    '{}',
  ])('says 400 to %p, which is no uuid, to every viewer', async (id) => {
    expect((await get(encodeURI(id).replaceAll('%25', '%'), otherOwner())).status).toBe(400);
  });

  it('says 400 to an id of no characters', async () => {
    expect((await get('', service.token())).status).toBe(400);
  });

  it('says 404 of an event known only from its participants', async () => {
    const eventId = randomUUID();
    await service.send('participant.registered', {
      messageId: randomUUID(),
      occurredAt: new Date(clock.now()).toISOString(),
      eventId,
      participantId: randomUUID(),
      channel: 'Instagram',
    });
    expect((await get(eventId, service.token())).status).toBe(404);
  });

  it("says 403 of another's event, whether it comes from the cache or not", async () => {
    expect((await get(event.eventId, otherOwner())).status).toBe(403);
    expect((await get(event.eventId, service.token([event.storeId]))).status).toBe(200);
    expect((await get(event.eventId, otherOwner())).status).toBe(403);
    expect((await get(event.eventId, service.token([]))).status).toBe(403);
  });

  it('lets the owner and an admin read the same values', async () => {
    const owner = await get(event.eventId, service.token([randomUUID(), event.storeId.toUpperCase()]));
    const admin = await get(event.eventId, service.token());
    expect([owner.status, admin.status]).toEqual([200, 200]);
    expect(owner.body).toBe(admin.body);
  });

  it('dates a failure by its own clock, in whole seconds', async () => {
    clock.set((Math.floor(clock.now() / 1_000) * 1_000 + 987) as Instant);
    const wanted = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
    expect((await get(event.eventId)).json()).toMatchObject({ timestamp: wanted });
  });

  it('has the words of 503 ready, though nothing here can fail that way yet', () => {
    const { code, message, status } = new AppError('EXTERNAL_SERVICE_UNAVAILABLE');
    const body = JSON.stringify(toErrorBody(code, clock.now(), message));
    const answer = {
      resource: RESOURCE,
      method: 'GET',
      status,
      contentType: 'application/json; charset=utf-8',
      body,
    };
    expect(violations({ ...answer, resource: RESOURCE })).toEqual([]);
  });
});

describe('a service whose database is gone', () => {
  it('says 500 in the words of the contract, and nothing of what lies behind it', async () => {
    const service = await startUnderContract();
    const { eventId } = await service.event();
    await service.database.close();

    const answer = await service.http.get(analyticsPath(eventId), service.token());
    expect(answer.status).toBe(500);
    expect(answer.body).not.toMatch(/prisma|postgres|pool|sql/i);
    expect((await service.http.get(analyticsPath('x'), service.token())).status).toBe(400);
    expect((await service.http.get('/api/health')).status).toBe(200);
    await service.stop().catch(() => undefined);
  });
});
