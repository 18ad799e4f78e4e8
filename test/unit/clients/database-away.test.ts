import { type AnalyticsClient, createClient } from 'event-analytics-client';

const ASKED = 'query { any me : viewer { isAdmin } all: __schema { types { name } } }';
const failed = (code: string, status = 200) => ({
  body: { data: null, errors: [{ message: code, extensions: { code } }] },
  status,
});
const data = (given: object) => ({ body: { data: given }, status: 200 });

describe('that the database is away', () => {
  let client: AnalyticsClient;
  let answer: { readonly body: object; readonly status: number };
  beforeEach(() => {
    const fetch = () => Promise.resolve(Response.json(answer.body, { status: answer.status }));
    client = createClient({ url: 'http://127.0.0.1:1', token: 'any', fetch });
  });
  const isAwayAfter = async (given: typeof answer): Promise<boolean> => {
    answer = given;
    await client.graphql.query(ASKED, {}).catch(() => undefined);
    return client.state.current.isDatabaseAway;
  };

  it('is known from an answer that says so, be it of one part', async () => {
    expect(await isAwayAfter(failed('DATABASE_UNAVAILABLE'))).toBe(true);
    expect(await isAwayAfter(data({ event: { title: 'any' } }))).toBe(false);
    const { errors } = failed('DATABASE_UNAVAILABLE').body;
    expect(await isAwayAfter({ body: { data: { dashboards: [null] }, errors }, status: 200 })).toBe(true);
  });

  it.each([
    ['a refused token', failed('UNAUTHENTICATED', 401)],
    ['too many requests', failed('TOO_MANY_REQUESTS', 429)],
    ['a wrong operation', failed('GRAPHQL_VALIDATION_FAILED', 400)],
    ['what somebody may not read', failed('FORBIDDEN')],
    ['a failure of its own', failed('INTERNAL_SERVER_ERROR')],
    ['who asks', data({ viewer: { isAdmin: true } })],
    ['what there is to ask', data({ __schema: { types: [] }, __typename: 'Query' })],
    ['who asks, by another name', data({ me: { isAdmin: true }, all: { types: [] } })],
    ['how the process does', data({ service: { gateway: { subscribers: 1 } } })],
    ['nothing', data({ event: null })],
    ['a list of none', data({ dashboards: [] })],
  ])('is not over with an answer that tells of %s', async (_what, given) => {
    await isAwayAfter(failed('DATABASE_UNAVAILABLE'));
    expect(await isAwayAfter(given)).toBe(true);
  });

  it.each([
    ['something stored', data({ event: { title: 'any' } })],
    ['something stored beside who asks', data({ viewer: {}, events: { nodes: [] } })],
    ['an event that is not stored', failed('EVENT_NOT_FOUND')],
  ])('is over with an answer that tells of %s', async (_what, given) => {
    await isAwayAfter(failed('DATABASE_UNAVAILABLE'));
    expect(await isAwayAfter(given)).toBe(false);
  });
});
