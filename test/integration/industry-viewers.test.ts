import { refreshIndustries } from '../../src/workers/industry';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { Instant } from '../../src/domain/values';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { createOpenedClients } from '../harness/live/opened-clients';
import { type SubscribingClient, watch, type Watching } from '../harness/live/watching';
import { participantRegistered } from '../harness/messages';

/** The reference table's. */
const REFERENCE = { roi: 180, participation: 5.5 };
/** Of stores whose one event cost 600,000 won, was joined by one new customer worth 10,000, and never seen. */
const MEAN = { roi: -98.3, participation: 0 };
const QUERY = `query ($id: UUID!) { dashboard(eventId: $id) { ...Averages } } ${averages()}`;
const SUBSCRIPTION = `subscription ($id: UUID!) { dashboardUpdated(eventId: $id) { ...Averages } } ${averages()}`;

function averages(): string {
  return `fragment Averages on Dashboard {
    summaryCards { roi { industryAverage } totalParticipants { count } }
    comparativeAnalysis { industryComparison { industryAverage } }
  }`;
}

interface Shown {
  readonly summaryCards: {
    readonly roi: { readonly industryAverage: number };
    readonly totalParticipants: { readonly count: number };
  };
  readonly comparativeAnalysis: {
    readonly industryComparison: readonly { readonly industryAverage: number }[];
  };
}

/** The two averages of one answer: of the card, and of the comparison's first row. */
const shownIn = ({ summaryCards, comparativeAnalysis }: Shown) => ({
  roi: summaryCards.roi.industryAverage,
  participation: comparativeAnalysis.industryComparison[0]?.industryAverage,
});

describe('what an average tells of a competitor', () => {
  let service: ServiceUnderContract;
  /** The events of six stores in one industry: five of one owner, then the competitor's. */
  let events: readonly { readonly eventId: string; readonly storeId: string }[];
  const clients = createOpenedClients(() => service.origin);
  const tokens = { ofAll: '', ofOne: '', ofCompetitor: '', ofAdmin: '' };
  let eventId: string;

  beforeAll(async () => {
    service = await startUnderContract();
    events = await Promise.all(Array.from({ length: 6 }, () => service.event()));
    await service.send(
      'participant.registered',
      ...events.map((event) => participantRegistered(event.eventId)),
    );
    const { database, clock } = service;
    const calendar = createBusinessCalendar('UTC');
    await refreshIndustries({ database, calendar, clock }, Infinity as Instant);
    const [first, ...others] = events.map(({ storeId }) => storeId);
    eventId = events[0]!.eventId;
    tokens.ofAll = service.token([first!, ...others.slice(0, 4)]);
    tokens.ofOne = service.token([first!]);
    tokens.ofCompetitor = service.token(others.slice(-1));
    tokens.ofAdmin = service.token();
  });
  afterEach(() => {
    clients.dispose();
  });
  afterAll(() => service.stop());

  const { webSocket, sse } = clients;
  const follow = (client: SubscribingClient): Watching<{ dashboardUpdated: Shown }> =>
    watch(client, SUBSCRIPTION, { id: eventId });
  const firstOf = async (watching: Watching<{ dashboardUpdated: Shown }>) =>
    shownIn((await watching.until(() => true, 'a value')).dashboardUpdated);
  async function asked(token: string, id = eventId) {
    const query = JSON.stringify({ query: QUERY, variables: { id } });
    const answer = await service.http.post('/graphql', token, 'application/json', query);
    return shownIn((answer.json() as { data: { dashboard: Shown } }).data.dashboard);
  }

  it('is the reference value in queries of who reads all other stores of the industry', async () => {
    expect(await asked(tokens.ofAll)).toEqual(REFERENCE);
  });

  it('is the mean for who does not, and for who reads all stores there are', async () => {
    expect(await asked(tokens.ofOne)).toEqual(MEAN);
    expect(await asked(tokens.ofAdmin)).toEqual(MEAN);
    expect(await asked(tokens.ofCompetitor, events[5]!.eventId)).toEqual(MEAN);
  });

  describe('over REST', () => {
    async function read(token: string, known?: string) {
      const headers = { ...(known !== undefined && { 'if-none-match': known }) };
      const answer = await service.http.get(analyticsPath(eventId), token, headers);
      return { ...answer, etag: answer.headers.etag, shown: () => shownIn(answer.json() as Shown) };
    }
    const statusOf = (answer: { json(): unknown }) => (answer.json() as { cacheStatus: string }).cacheStatus;

    it('is told to each as it is to them, whichever viewer has read before, and the rest is the same', async () => {
      const first = await read(tokens.ofAll);
      expect(first.shown()).toEqual(REFERENCE);
      const [one, all, admin] = [
        await read(tokens.ofOne),
        await read(tokens.ofAll),
        await read(tokens.ofAdmin),
      ];
      expect([one, all, admin].map(({ shown }) => shown())).toEqual([MEAN, REFERENCE, MEAN]);
      expect([one, all, admin].map(statusOf)).toEqual(['HIT', 'MISS', 'HIT']);
      const withoutAverages = (answer: { json(): unknown }) => {
        const { summaryCards, comparativeAnalysis, cacheStatus, ...rest } = answer.json() as Record<
          string,
          unknown
        >;
        expect([summaryCards, comparativeAnalysis, cacheStatus]).not.toContain(undefined);
        return rest;
      };
      expect(withoutAverages(all)).toEqual(withoutAverages(one));
    });

    it('is no change for a client that has that answer, and is one for a client that has the other', async () => {
      const [one, all] = [await read(tokens.ofOne), await read(tokens.ofAll)];
      expect(one.etag).not.toBe(all.etag);
      expect((await read(tokens.ofAll, all.etag)).status).toBe(304);
      expect((await read(tokens.ofAll, one.etag)).status).toBe(200);
      expect((await read(tokens.ofOne, one.etag)).status).toBe(304);
      expect((await read(tokens.ofOne, all.etag)).status).toBe(200);
    });

    it('costs a viewer of this store alone no statement once it is kept', async () => {
      await read(tokens.ofAll);
      service.statements.length = 0;
      expect((await read(tokens.ofOne)).shown()).toEqual(MEAN);
      expect(service.statements).toEqual([]);
    });
  });

  it.each([
    ['WebSocket', webSocket],
    ['server-sent events', sse],
  ])('is told over %s to each of two who watch the same as it is to them', async (_name, open) => {
    const [one, all, admin] = [tokens.ofOne, tokens.ofAll, tokens.ofAdmin].map((token) =>
      follow(open(token)),
    ) as [Watching<{ dashboardUpdated: Shown }>, ...Watching<{ dashboardUpdated: Shown }>[]];
    expect(await firstOf(one)).toEqual(MEAN);
    expect(await firstOf(admin!)).toEqual(MEAN);
    expect(await firstOf(all!)).toEqual(REFERENCE);
    await service.send('participant.registered', participantRegistered(eventId));
    const count = one.values.at(-1)!.dashboardUpdated.summaryCards.totalParticipants.count;
    for (const watching of [one, all!, admin!])
      await watching.until(
        ({ dashboardUpdated }) => dashboardUpdated.summaryCards.totalParticipants.count > count,
        'the change',
      );
    expect(all!.values.map(({ dashboardUpdated }) => shownIn(dashboardUpdated))).toEqual(
      all!.values.map(() => REFERENCE),
    );
  });

  it('changes with a fresh token that reads more stores, or fewer', async () => {
    const client = webSocket(tokens.ofOne);
    const watching = follow(client);
    expect(await firstOf(watching)).toEqual(MEAN);
    const isNow = (shown: { roi: number }) =>
      watching.until(
        ({ dashboardUpdated }) => shownIn(dashboardUpdated).roi === shown.roi,
        `the average of ${shown.roi}`,
      );
    client.refresh(tokens.ofAll);
    await isNow(REFERENCE);
    const before = watching.values.length;
    await service.send('participant.registered', participantRegistered(eventId));
    await watching.until((value) => watching.values.indexOf(value) >= before, 'a value after a change');
    expect(watching.values.slice(before).map(({ dashboardUpdated }) => shownIn(dashboardUpdated))).toEqual(
      watching.values.slice(before).map(() => REFERENCE),
    );
    client.refresh(tokens.ofOne);
    await watching.until(
      (value) => watching.values.indexOf(value) > before && shownIn(value.dashboardUpdated).roi === MEAN.roi,
      'the mean again',
    );
    expect(client.closed).toBeUndefined();
  });
});
