import { randomUUID } from 'node:crypto';
import {
  EventByIdDocument,
  EventsOfStoreDocument,
  ParticipantsOfDocument,
  TrendOfDocument,
  WholeDashboardOfDocument,
  WholeDashboardsOfDocument,
} from '../../src/generated/test-operations';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import {
  distributionCompleted,
  type EventIds,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
} from '../harness/messages';
import { ask, type GraphQLErrors } from '../harness/operations/client';

describe('the queries', () => {
  let service: ServiceUnderContract;
  let event: EventIds;

  beforeAll(async () => {
    service = await startUnderContract();
    event = await service.event();
    await service.send(
      'participant.registered',
      ...Array.from({ length: 30 }, (_, index) =>
        participantRegistered(event.eventId, { age: index * 3, channel: index % 3 ? 'Instagram' : '지니TV' }),
      ),
    );
    await service.send(
      'distribution.completed',
      distributionCompleted(event.eventId, [
        { channel: '지니TV', status: 'SUCCESS', expectedViews: 9, cost: 5_000 },
      ]),
    );
    await service.send('channel.views-measured', viewsMeasured(event.eventId, 'Instagram', 321));
    await service.send('sales.recorded', salesRecorded(event.storeId, 70_000));
  });
  afterAll(() => service.stop());

  const owner = (): string => service.token([event.storeId]);
  const otherOwner = (): string => service.token([randomUUID()]);
  const codes = (errors: readonly { extensions: { code: string } }[]): string[] =>
    errors.map(({ extensions }) => extensions.code);

  it('give an event as its message defined it', async () => {
    const { status, data, errors } = await ask(service.origin, owner(), EventByIdDocument, {
      id: event.eventId.toUpperCase(),
    });
    expect([status, errors]).toEqual([200, []]);
    expect(data?.event).toMatchObject({ ...event, targetGoal: 100, prizeCost: 500_000, status: 'RUNNING' });
  });

  it('give the very values that REST gives', async () => {
    const rest = await service.http.get(analyticsPath(event.eventId), owner());
    const { data } = await ask(service.origin, owner(), WholeDashboardOfDocument, { eventId: event.eventId });
    const { cacheStatus, ...values } = rest.json() as Record<string, unknown>;
    expect(data?.dashboard).toEqual(values);
    expect(cacheStatus).toBeDefined();
    expect(data?.dashboard.summaryCards.totalParticipants.count).toBe(30);
  });

  it('give the trend in the unit that is asked for, and in the one that suits the event when none is', async () => {
    const trend = async (timeUnit: 'HOURLY' | 'DAILY' | null) =>
      (await ask(service.origin, owner(), TrendOfDocument, { eventId: event.eventId, timeUnit })).data
        ?.dashboard.participationTrend;
    const [hourly, daily, suiting] = [await trend('HOURLY'), await trend('DAILY'), await trend(null)];
    expect(hourly?.timeUnit).toBe('HOURLY');
    expect(daily?.timeUnit).toBe('DAILY');
    expect(suiting).toEqual(daily);
    expect(hourly?.dataPoints.length).toBeGreaterThan(daily?.dataPoints.length ?? Infinity);
    for (const { dataPoints, peakTime } of [hourly, daily].filter((found) => found !== undefined)) {
      expect(dataPoints.at(-1)?.participantCount).toBe(30);
      expect(peakTime).toEqual(hourly?.peakTime);
    }
  });

  it('ask for a token before anything else: UNAUTHENTICATED, with 401', async () => {
    for (const token of [undefined, 'nonsense']) {
      const answer = await ask(service.origin, token, EventByIdDocument, { id: 'no uuid' });
      expect([answer.status, answer.data, codes(answer.errors)]).toEqual([
        401,
        undefined,
        ['UNAUTHENTICATED'],
      ]);
    }
  });

  const asks: readonly (readonly [string, (id: string) => Promise<{ errors: GraphQLErrors }>])[] = [
    ['event', (id) => ask(service.origin, otherOwner(), EventByIdDocument, { id })],
    ['dashboard', (eventId) => ask(service.origin, otherOwner(), WholeDashboardOfDocument, { eventId })],
    ['trend', (eventId) => ask(service.origin, otherOwner(), TrendOfDocument, { eventId, timeUnit: null })],
  ];
  it.each(asks)(
    'keep to the order of REST for the %s: BAD_USER_INPUT, EVENT_NOT_FOUND, FORBIDDEN',
    async (_what, askFor) => {
      expect(codes((await askFor('no uuid')).errors)).toEqual(['BAD_USER_INPUT']);
      expect(codes((await askFor(randomUUID())).errors)).toEqual(['EVENT_NOT_FOUND']);
      expect(codes((await askFor(event.eventId)).errors)).toEqual(['FORBIDDEN']);
    },
  );

  it("keep a store's events from everybody else", async () => {
    const { data, errors } = await ask(service.origin, otherOwner(), EventsOfStoreDocument, {
      storeId: event.storeId,
      first: 20,
      after: null,
    });
    expect([data, codes(errors)]).toEqual([undefined, ['FORBIDDEN']]);
  });

  it('give 50 dashboards in the order of their ids; one that fails is null, with an error at its place', async () => {
    const mine = await Promise.all(
      Array.from({ length: 3 }, () => service.event({ storeId: event.storeId })),
    );
    const foreign = await service.event();
    const unknown = randomUUID();
    const ids = [...mine.map(({ eventId }) => eventId), foreign.eventId, unknown];
    const eventIds = Array.from({ length: 50 }, (_, index) => ids[index % ids.length] ?? unknown);

    const { status, data, errors } = await ask(service.origin, owner(), WholeDashboardsOfDocument, {
      eventIds,
    });
    expect(status).toBe(200);
    expect(data?.dashboards.map((found) => found?.eventId ?? null)).toEqual(
      eventIds.map((id) => (id === foreign.eventId || id === unknown ? null : id)),
    );
    expect(errors).toHaveLength(20);
    for (const { path, extensions } of errors) {
      const [, place] = path ?? [];
      const wanted = eventIds[Number(place)] === unknown ? 'EVENT_NOT_FOUND' : 'FORBIDDEN';
      expect(extensions.code).toBe(wanted);
    }
  });

  it('refuse more than 50 dashboards, and give none for none', async () => {
    const askFor = (count: number) =>
      ask(service.origin, owner(), ParticipantsOfDocument, {
        eventIds: Array.from({ length: count }, randomUUID),
      });
    const tooMany = await askFor(51);
    expect([tooMany.data, codes(tooMany.errors)]).toEqual([undefined, ['BAD_USER_INPUT']]);
    expect(tooMany.errors[0]?.message).toContain('50');
    expect((await askFor(0)).data).toEqual({ dashboards: [] });
  });
});
