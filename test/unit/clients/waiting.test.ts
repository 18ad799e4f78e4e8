import { AnalyticsError, createClient, type ClientOptions, type Fetch } from 'event-analytics-client';

const TITLE = 'query ($id: UUID!) { event(id: $id) { title } }';
const failureOf = (asked: Promise<unknown>): Promise<unknown> => asked.catch((error: unknown) => error);
const nothing = (): void => undefined;

/** Answers as the service does that is asked too much. */
function refusing(): { readonly fetch: Fetch; readonly asked: Promise<void>; readonly count: () => number } {
  let told = nothing;
  let count = 0;
  const asked = new Promise<void>((resolve) => (told = resolve));
  return {
    asked,
    count: () => count,
    fetch() {
      count += 1;
      told();
      const body = { error: 'TOO_MANY_REQUESTS', errors: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] };
      const headers = { 'retry-after': '3600' };
      return Promise.resolve(Response.json(body, { status: 429, headers }));
    },
  };
}

describe.each(['rest', 'graphql'] as const)('what a client waits for over %s', (part) => {
  const clientOf = (options: Partial<ClientOptions>) =>
    createClient({ url: 'http://127.0.0.1:1', token: 'any', ...options });
  const ask = (client: ReturnType<typeof clientOf>, signal?: AbortSignal): Promise<unknown> => {
    const options = signal === undefined ? {} : { signal };
    return part === 'rest'
      ? client.rest.analytics('id', options)
      : client.graphql.query(TITLE, { id: 'id' }, options);
  };

  it('ends with its signal, while there is no token', async () => {
    const leaving = new AbortController();
    const reason = new Error('not wanted any more');
    const failure = failureOf(ask(clientOf({ token: () => new Promise(nothing) }), leaving.signal));
    leaving.abort(reason);
    expect(await failure).toBe(reason);
  });

  it('ends with a signal that the token itself aborts, whatever becomes of that', async () => {
    const leaving = new AbortController();
    const reason = new Error('not wanted any more');
    const token = (): Promise<string> => {
      leaving.abort(reason);
      return Promise.reject(new Error('the issuer is away'));
    };
    expect(await failureOf(ask(clientOf({ token }), leaving.signal))).toBe(reason);
  });

  it.each(['its client', 'its signal'])('ends with %s, where it was told to come again', async (what) => {
    const { fetch, asked, count } = refusing();
    const leaving = new AbortController();
    const client = clientOf({ fetch, longestRetryAfterMs: Infinity });
    const failure = failureOf(ask(client, leaving.signal));
    await asked;
    await new Promise((resolve) => setImmediate(resolve));
    if (what === 'its client') client.dispose();
    else leaving.abort('left');
    if (what === 'its signal') expect(await failure).toBe('left');
    else expect(await failure).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterMs: 3_600_000 });
    expect(count()).toBe(1);
  });

  it('is not waited for where the client has ended already', async () => {
    const client = clientOf({ fetch: refusing().fetch, longestRetryAfterMs: Infinity });
    client.dispose();
    expect(await failureOf(ask(client))).toMatchObject({ kind: 'busy' });
  });
});

describe('an id that no path can hold', () => {
  it('is a bad request, as any that is no uuid', async () => {
    const { fetch, count } = refusing();
    const { rest } = createClient({ url: 'http://127.0.0.1:1', token: 'any', fetch });
    const failure = await failureOf(rest.analytics('half of a pair: \ud83d'));
    expect(failure).toBeInstanceOf(AnalyticsError);
    expect(failure).toMatchObject({ kind: 'bad-request', code: 'INVALID_REQUEST' });
    expect((failure as AnalyticsError).message).toMatch(/\bid\b/);
    expect(count()).toBe(0);
  });
});
