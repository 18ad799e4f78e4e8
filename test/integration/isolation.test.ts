import { randomUUID } from 'node:crypto';
import { buildSchema } from '../../src/resolvers/build-schema';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { createOpenedClients } from '../harness/live/opened-clients';
import { type SubscribingClient, watch } from '../harness/live/watching';
import {
  distributionCompleted,
  type EventIds,
  eventCreated,
  newEvent,
  participantRegistered,
  salesRecorded,
} from '../harness/messages';
import { askAny } from '../harness/operations/client';
import { everySection, type Walked } from '../harness/schema-walk';
import { waitFor } from '../harness/wait-for';

/** Texts and numbers that are nowhere but in the statistics of the one event. */
const SECRETS = ['비밀 이벤트', '비밀채널', '비밀업종', '비밀지역', '7654321', '8765432'];

const isOfStore = (path: string): boolean => path.startsWith('store.');
/** What viewers are told of themselves is in their own token. */
const isOfViewer = (path: string): boolean => path.startsWith('viewer.');

/** The service itself tells of no event, and no owner anything (operating.test.ts). */
const isOfService = (path: string): boolean => path.startsWith('service.');

/** An answer, as a client has it. */
interface Told {
  readonly path: string;
  readonly values: readonly unknown[];
  readonly codes: readonly unknown[];
}

describe('nothing that the schema can tell of an event is told to a viewer who may not read it', () => {
  const schema = buildSchema();
  const event: EventIds = newEvent();
  const id = JSON.stringify(event.eventId);
  const fillings = {
    id,
    eventId: id,
    eventIds: `[${id}]`,
    storeId: JSON.stringify(event.storeId),
    status: 'RUNNING',
    afterVersion: '0',
  };
  // The id of a store is not that of an event.
  const ofStore = { ...fillings, id: fillings.storeId };
  const queries = [
    ...everySection(schema, 'query', fillings).filter(
      ({ path }) => !isOfStore(path) && !isOfViewer(path) && !isOfService(path),
    ),
    ...everySection(schema, 'query', ofStore).filter(({ path }) => isOfStore(path)),
  ];
  const subscriptions = everySection(schema, 'subscription', fillings);
  let service: ServiceUnderContract;
  const clients = createOpenedClients(() => service.origin);
  const tokens = { reader: '', otherOwners: [] as readonly string[] };

  beforeAll(async () => {
    service = await startUnderContract();
    const named = { title: SECRETS[0], industry: SECRETS[2], prizeCost: 7_654_321 };
    await service.send('event.created', eventCreated(event, named));
    const channel = { channel: SECRETS[1], status: 'SUCCESS', cost: 8_765_432, expectedViews: 100 };
    await service.send('distribution.completed', distributionCompleted(event.eventId, [channel]));
    const registered = participantRegistered(event.eventId, { channel: SECRETS[1], region: SECRETS[3] });
    await service.send('participant.registered', registered);
    await service.send('sales.recorded', salesRecorded(event.storeId, 7_654_321));
    tokens.reader = service.token([event.storeId]);
    tokens.otherOwners = [service.token([randomUUID()]), service.token([])];
  });
  afterAll(async () => {
    clients.dispose();
    await service.stop();
  });

  const { webSocket, sse } = clients;
  async function overHttp(token: string, { path, query }: Walked): Promise<Told> {
    const { data, errors } = await askAny(service.origin, token, { query });
    return { path, values: data ? [data] : [], codes: errors.map(({ extensions }) => extensions.code) };
  }
  async function overStream(client: SubscribingClient, { path, query }: Walked): Promise<Told> {
    const watching = watch<unknown, Record<string, never>>(client, query, {});
    await waitFor(() => watching.values.length + watching.errors.length > 0 || watching.isOver, {
      what: `an answer to ${path}`,
      timeoutMs: 20_000,
    });
    watching.stop();
    return {
      path,
      values: watching.values,
      codes: watching.errors.map(({ extensions }) => extensions?.['code']),
    };
  }
  /** A few at a time, as one reader would. */
  async function askedOneByOne(walk: readonly Walked[], asking: (walked: Walked) => Promise<Told>) {
    const told: Told[] = [];
    for (let start = 0; start < walk.length; start += 10)
      told.push(...(await Promise.all(walk.slice(start, start + 10).map(asking))));
    return told;
  }
  const isEmpty = (value: unknown): boolean =>
    value === null || (typeof value === 'object' && Object.values(value).every((inner) => isEmpty(inner)));
  const whoWasTold = (told: readonly Told[]): unknown =>
    told.filter(
      ({ values, codes }) => codes.length !== 1 || codes[0] !== 'FORBIDDEN' || !values.every(isEmpty),
    );

  it('is worth asking for: its reader is told all of it, by these very operations', async () => {
    expect(queries.length + subscriptions.length).toBeGreaterThan(40);
    const told = await askedOneByOne(queries, (walked) => overHttp(tokens.reader, walked));
    expect(told.filter(({ codes }) => codes.length > 0)).toEqual([]);
    const text = JSON.stringify(told);
    expect(SECRETS.filter((secret) => !text.includes(secret))).toEqual([]);
  });

  it('in queries over HTTP', async () => {
    for (const token of tokens.otherOwners)
      expect(whoWasTold(await askedOneByOne(queries, (walked) => overHttp(token, walked)))).toEqual([]);
  });

  it.each([
    ['WebSocket', webSocket],
    ['server-sent events', sse],
  ])('in queries and subscriptions over %s', async (_name, open) => {
    const client = open(tokens.otherOwners[0]!);
    const told = await askedOneByOne([...queries, ...subscriptions], (walked) => overStream(client, walked));
    expect(whoWasTold(told)).toEqual([]);
  });

  it('by REST, kept or changed, nor to a viewer who knows its tag', async () => {
    const get = (token: string, headers?: Readonly<Record<string, string>>) =>
      service.http.get(analyticsPath(event.eventId), token, headers);
    const { etag } = (await get(tokens.reader)).headers;
    for (const isChanged of [false, true]) {
      if (isChanged)
        await service.send(
          'participant.registered',
          participantRegistered(event.eventId, { region: SECRETS[3] }),
        );
      for (const token of tokens.otherOwners)
        for (const known of ['', '*', etag ?? '']) {
          const { status, body, headers } = await get(token, { ...(known && { 'if-none-match': known }) });
          expect([status, headers.etag, headers.age]).toEqual([403, undefined, undefined]);
          expect(SECRETS.filter((secret) => body.includes(secret))).toEqual([]);
        }
    }
  });
});
