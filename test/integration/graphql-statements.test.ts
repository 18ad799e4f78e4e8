import { randomUUID } from 'node:crypto';
import { WholeDashboardsOfDocument } from '../../src/generated/test-operations';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import {
  distributionCompleted,
  eventCreated,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
} from '../harness/messages';
import { ask, askAny } from '../harness/operations/client';

jest.setTimeout(30_000);

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

describe('the statements that an operation costs', () => {
  let service: ServiceUnderContract;
  const ofOneStore: string[] = [];
  const ofManyStores: string[] = [];

  beforeAll(async () => {
    service = await startUnderContract();
    const oneStore = randomUUID();
    // The newest 50 of a store's 60, so that each has some before it that nobody asked for.
    for (let index = 0; index < 60; index++) {
      const eventId = await known(oneStore, 200 - index);
      if (index >= 10) ofOneStore.push(eventId);
    }
    for (let index = 0; index < 50; index++) {
      const storeId = randomUUID();
      // The event to be looked at has one before it, to be compared with.
      await known(storeId, 300);
      ofManyStores.push(await known(storeId, 100));
    }
  });
  afterAll(() => service.stop());

  const pending: { topic: string; value: Readonly<Record<string, unknown>> }[] = [];

  /** An event of which every kind of message has arrived. */
  async function known(storeId: string, startedHoursAgo: number): Promise<string> {
    const eventId = randomUUID();
    const startAt = hoursAgo(startedHoursAgo);
    const channels = [{ channel: '지니TV', status: 'SUCCESS', expectedViews: 100, cost: 1_000 }];
    pending.push(
      { topic: 'event.created', value: eventCreated({ eventId, storeId }, { startAt }) },
      { topic: 'participant.registered', value: participantRegistered(eventId) },
      { topic: 'distribution.completed', value: distributionCompleted(eventId, channels) },
      { topic: 'channel.views-measured', value: viewsMeasured(eventId, '지니TV', 50) },
      { topic: 'sales.recorded', value: salesRecorded(storeId, 1_000) },
    );
    if (pending.length >= 200) {
      const { rejected } = await service.post(pending.splice(0));
      expect(rejected).toEqual([]);
    }
    return eventId;
  }

  async function statementsOf(work: () => Promise<{ errors: readonly unknown[] }>): Promise<number> {
    // How large its events are is looked at once, for judging what it will cost.
    await work();
    service.statements.length = 0;
    expect((await work()).errors).toEqual([]);
    // What ends the snapshot asks for nothing.
    return service.statements.filter(({ sql }) => sql !== 'COMMIT').length;
  }

  const whole = (eventIds: string[]) => () =>
    ask(service.origin, service.token(), WholeDashboardsOfDocument, { eventIds });

  it('are as many for 50 whole dashboards as for one, of one store or of 50', async () => {
    // The one with an earlier event to compare itself with: it needs all that any dashboard needs.
    const one = await statementsOf(whole(ofOneStore.slice(-1)));
    expect(one).toBe(10);
    expect(await statementsOf(whole(ofOneStore))).toBe(one);
    expect(await statementsOf(whole(ofManyStores))).toBe(one);
    expect(await statementsOf(whole([...ofOneStore.slice(25), ...ofManyStores.slice(25)]))).toBe(one);
  });

  it.each([
    ['only what the event itself says', 'eventId storeId eventTitle lastUpdated', 1],
    ['totalParticipants', 'summaryCards { totalParticipants { count dailyChange } }', 2],
    ['totalViews', 'summaryCards { totalViews { count yesterdayChange } }', 3],
    ['the ROI card', 'summaryCards { roi { value industryAverage } }', 4],
    ['salesGrowth', 'summaryCards { salesGrowth { rate } }', 2],
    ['channelPerformance', 'channelPerformance { views }', 2],
    ['participationTrend', 'participationTrend { timeUnit }', 2],
    [
      'the trend in both units',
      'a: participationTrend(timeUnit: DAILY) { timeUnit } b: participationTrend(timeUnit: HOURLY) { timeUnit }',
      2,
    ],
    ['roiAnalysis', 'roiAnalysis { roiCalculation { roi } }', 3],
    ['participantProfile', 'participantProfile { ageDistribution { count } }', 3],
    ['comparativeAnalysis', 'comparativeAnalysis { previousEventComparison { previousBest } }', 7],
    ['validUntil', 'validUntil', 2],
  ])('follow from the sections that are selected: %s', async (_what, selection, statements) => {
    const query = (ids: readonly string[]) => () =>
      askAny(service.origin, service.token(), {
        query: `query ($ids: [UUID!]!) { dashboards(eventIds: $ids) { ${selection} } }`,
        variables: { ids },
      });
    expect(await statementsOf(query(ofManyStores.slice(0, 1)))).toBe(statements);
    expect(await statementsOf(query(ofManyStores))).toBe(statements);
    expect(await statementsOf(query(ofOneStore))).toBe(statements);
  });

  it('are none when the reader is not known, or the request is none', async () => {
    service.statements.length = 0;
    await ask(service.origin, undefined, WholeDashboardsOfDocument, { eventIds: ofOneStore });
    await askAny(service.origin, service.token(), { query: '{ nonsense }' });
    await askAny(service.origin, service.token(), { query: '{ __typename }' });
    expect(service.statements).toEqual([]);
  });

  it('read a number of rows that does not grow with the participants', async () => {
    const eventId = ofOneStore[49] ?? '';
    const rowsOf = async (): Promise<number> => {
      await statementsOf(whole([eventId]));
      return service.statements.reduce((sum, { rows }) => sum + rows, 0);
    };
    const before = await rowsOf();
    const template = participantRegistered(eventId);
    await service.send(
      'participant.registered',
      ...Array.from({ length: 1_000 }, () => ({
        ...template,
        messageId: randomUUID(),
        participantId: randomUUID(),
      })),
    );
    expect(await rowsOf()).toBeLessThanOrEqual(before + 1);
  });
});
