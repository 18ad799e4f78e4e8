import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { waitFor } from '../../harness/wait-for';
import {
  distributionCompleted,
  eventCreated,
  type Fields,
  participantRegistered,
} from '../../harness/messages';

/** The shops that the service knows. */
export interface Shops {
  /** The attacker's, with a thousand events: the latest fifty have a registration in nearly each of 2,000 hours. */
  readonly large: Shop;
  /** The neighbour's. */
  readonly small: Shop;
  /** The only six shops of an industry, with one event each. */
  readonly trade: readonly Shop[];
}

export interface Shop {
  readonly storeId: string;
  /** The latest first. */
  readonly eventIds: readonly string[];
}

/** As many dashboards as one operation may ask for. */
export const DASHBOARDS = 50;
const LARGE_SHOP_EVENTS = 1_000;
const SMALL_SHOP_EVENTS = 5;
/** Short of the 2,000 points past which a trend by the hour becomes one by the day. */
const HOURS = 1_985;
const HOUR_MS = 3_600_000;
const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel'];
const SEEDED_MS = 60_000;

type Send = (topic: string, values: readonly unknown[]) => Promise<void>;

/** Creates the shops in the service. */
export async function openShops(databaseUrl: string, send: Send): Promise<Shops> {
  const [large, small] = [createShop(LARGE_SHOP_EVENTS), createShop(SMALL_SHOP_EVENTS)];
  const trade = Array.from({ length: 6 }, () => createShop(1));
  const ofTrade = trade.flatMap(({ eventIds }) => eventIds);
  const detailed = [...large.eventIds.slice(0, DASHBOARDS), ...small.eventIds, ...ofTrade];
  await send(
    'event.created',
    [large, small].flatMap((shop) => definitions(shop)),
  );
  await send(
    'event.created',
    trade.flatMap((shop) => definitions(shop, { industry: 'a trade of six shops' })),
  );
  await send('distribution.completed', detailed.map(distribution));
  await send(
    'participant.registered',
    detailed.flatMap((eventId) => CHANNELS.map((channel) => participantRegistered(eventId, { channel }))),
  );
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await untilAllAreKnown(
      client,
      LARGE_SHOP_EVENTS + SMALL_SHOP_EVENTS + trade.length,
      detailed.length * CHANNELS.length,
    );
    await untilEventsAreSettled(client);
    await fillHours(client, detailed);
  } finally {
    await client.end();
  }
  return { large, small, trade };
}

function createShop(events: number): Shop {
  return { storeId: randomUUID(), eventIds: Array.from({ length: events }, () => randomUUID()) };
}

/** Events with a dashboard start with their first hour of registrations; the others are earlier events of the shop. */
function definitions({ storeId, eventIds }: Shop, fields: Fields = {}) {
  const begun = Date.now() - HOURS * HOUR_MS;
  return eventIds.map((eventId, position) => {
    const startAt = new Date(begun - Math.max(0, position - DASHBOARDS) * HOUR_MS);
    const occurredAt = new Date(startAt.getTime() - HOUR_MS).toISOString();
    return eventCreated({ eventId, storeId }, { startAt: startAt.toISOString(), occurredAt, ...fields });
  });
}

function distribution(eventId: string) {
  const channels = CHANNELS.map((channel) => ({
    channel,
    status: 'SUCCESS',
    cost: 1_000,
    expectedViews: 100,
  }));
  return distributionCompleted(eventId, channels);
}

async function untilAllAreKnown(client: Client, events: number, participants: number): Promise<void> {
  const known = async (table: string): Promise<number> =>
    (await client.query(`SELECT FROM ${table}`)).rowCount ?? 0;
  await waitFor(
    async () => (await known('events')) === events && (await known('participants')) === participants,
    {
      what: `${events} events and ${participants} participants to be known`,
      timeoutMs: SEEDED_MS,
      everyMs: 100,
    },
  );
}

/** Waits until the earlier events are settled, as they are for a shop that has existed for a while. */
async function untilEventsAreSettled(client: Client): Promise<void> {
  await waitFor(
    async () => (await client.query('SELECT FROM store_events WHERE NOT settled LIMIT 1')).rowCount === 0,
    { what: 'what the events came to to be settled', timeoutMs: SEEDED_MS, everyMs: 100 },
  );
}

/** Inserts the rows that a hundred thousand registrations would leave: sending them would take a minute. */
async function fillHours(client: Client, eventIds: readonly string[]): Promise<void> {
  await client.query(
    `INSERT INTO event_hours (event_id, hour, participants)
     SELECT event_id, date_trunc('hour', now()) - hours_ago * interval '1 hour', 1 + hours_ago % 7
     FROM unnest($1::uuid[]) event_id, generate_series(1, $2) hours_ago
     ON CONFLICT DO NOTHING`,
    [eventIds, HOURS - 1],
  );
  await client.query('VACUUM ANALYZE');
}
