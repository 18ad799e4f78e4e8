import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { CombinedError } from '@urql/core';
import { NetworkError } from 'graphql-sse';
import { WatchCountDocument, type WatchCountSubscription } from '../../src/generated/test-operations';
import { LIBRARY_CLIENTS } from '../harness/live/library-clients';
import { watch, type Watching } from '../harness/live/watching';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

type ClientName = keyof typeof LIBRARY_CLIENTS;

/** A failure of each client as its own documentation has it, for a token that is not accepted. */
const UNAUTHORIZED: Readonly<Record<ClientName, (failure: unknown) => void>> = {
  'Apollo Client over multipart HTTP'(failure) {
    if (!ServerError.is(failure)) throw new Error('It is no ServerError.', { cause: failure });
    expect(failure.statusCode).toBe(401);
    expect(failure.bodyText).toContain('UNAUTHENTICATED');
  },
  'Apollo Client over graphql-ws'(failure) {
    expect(String(failure)).toContain('4401');
  },
  'urql over graphql-ws'(failure) {
    expect(failure).toBeInstanceOf(CombinedError);
    expect(failure).toMatchObject({ networkError: { code: 4401 } });
  },
  'urql over graphql-sse'(failure) {
    expect(failure).toBeInstanceOf(CombinedError);
    expect(failure).toMatchObject({ networkError: { response: { status: 401 } } });
  },
  'graphql-sse, distinct connections': expectNetworkError,
  'graphql-sse, single connection': expectNetworkError,
  'Relay over graphql-ws'(failure) {
    expect(failure).toMatchObject({ code: 4401, reason: 'Unauthorized: a valid bearer token is wanted' });
  },
};

function expectNetworkError(failure: unknown): void {
  expect(failure).toBeInstanceOf(NetworkError);
  expect(failure).toMatchObject({ response: { status: 401 } });
}

describe('subscriptions of the libraries that applications use', () => {
  let service: TestService;
  const opened: { dispose(): void }[] = [];

  beforeAll(async () => {
    service = await startTestService();
  }, 90_000);
  afterEach(() => {
    for (const client of opened.splice(0)) client.dispose();
  });
  afterAll(() => service.stop());

  async function createEvent(): Promise<{ readonly eventId: string; readonly storeId: string }> {
    const ids = newEvent();
    await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
    return ids;
  }
  const register = (eventId: string) =>
    service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);
  const toReach = (watching: Watching<WatchCountSubscription>, count: number) =>
    watching.until(({ participantCount }) => participantCount.count === count, `a count of ${count}`, 30_000);

  async function subscribers(): Promise<string | undefined> {
    const page = await (await fetch(`${service.origin}/metrics`)).text();
    return /^analytics_live_subscribers (\d+)$/m.exec(page)?.[1];
  }

  describe.each(Object.keys(LIBRARY_CLIENTS) as ClientName[])('%s', (name) => {
    function open(token: string) {
      const client = LIBRARY_CLIENTS[name](service.origin, token);
      opened.push(client);
      return client;
    }

    it('sign in, and get the first value, each change, and nothing once they unsubscribe', async () => {
      const { eventId, storeId } = await createEvent();
      const client = open(service.token([storeId]));
      const watching = watch(client, WatchCountDocument, { eventId, afterVersion: null });
      await toReach(watching, 0);
      await register(eventId);
      await toReach(watching, 1);
      await register(eventId);
      await toReach(watching, 2);
      expect(await subscribers()).toBe('1');
      watching.stop();
      await waitFor(async () => (await subscribers()) === '0', {
        what: 'the subscription to end',
        timeoutMs: 20_000,
      });
      expect(watching.failure).toBeUndefined();
    });

    it("get an error of the client's own for a token that is not accepted", async () => {
      const client = open('nonsense');
      const { eventId } = newEvent();
      const watching = watch(client, WatchCountDocument, { eventId, afterVersion: null });
      await waitFor(() => watching.failure !== undefined, { what: 'the failure', timeoutMs: 20_000 });
      UNAUTHORIZED[name](watching.failure);
      expect(watching.values).toEqual([]);
    });

    it('get the code of an event that they may not read', async () => {
      const { eventId } = await createEvent();
      const client = open(service.token([newEvent().storeId]));
      const watching = watch(client, WatchCountDocument, { eventId, afterVersion: null });
      await waitFor(() => codesOf(watching).length > 0, { what: 'the error', timeoutMs: 20_000 });
      expect(codesOf(watching)).toEqual(['FORBIDDEN']);
      expect(watching.values).toEqual([]);
    });
  });
});

/** Apollo Client and urql make an error of their own of a result's errors; the others hand them on. */
function codesOf({ errors, failure }: Watching<unknown>): readonly unknown[] {
  if (CombinedGraphQLErrors.is(failure)) return failure.errors.map(({ extensions }) => extensions?.['code']);
  if (failure instanceof CombinedError)
    return failure.graphQLErrors.map(({ extensions }) => extensions['code']);
  return errors.map(({ extensions }) => extensions?.['code']);
}
