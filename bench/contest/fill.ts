import { Client } from 'pg';
import { z } from 'zod';
import { tell } from '../../test/harness/machine/progress';
import type { Fields } from '../../test/harness/messages';
import { openTopics } from '../../test/harness/topics';
import { waitFor } from '../../test/harness/wait-for';
import { lengthOf, type Messages, type ShopData } from './shop-data';

export interface Filled {
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
}

const TOPICS_MS = 60_000;
const TAKEN_MS = 300_000;
const MESSAGES_A_REQUEST = 2_000;

/**
 * Sends the messages of the shops through Kafka to a running worker. Returns when all of it is counted, the
 * industries' averages are made of it, and its earlier events are settled.
 */
export async function fill(shopData: ShopData, { databaseUrl, brokers, topicPrefix }: Filled): Promise<void> {
  const topics = await openTopics(brokers, topicPrefix);
  const admin = topics.kafka.admin();
  const client = new Client({ connectionString: databaseUrl });
  await Promise.all([client.connect(), admin.connect()]);
  try {
    const hasTopics = async (): Promise<boolean> =>
      (await admin.listTopics()).includes(`${topicPrefix}sales.recorded.dlq`);
    await waitFor(hasTopics, { what: 'the worker to have made its topics', timeoutMs: TOPICS_MS });
    for (const [topic, parts] of shopData.messages) {
      tell(`${topic}: ${lengthOf(shopData, topic)} messages …`);
      for (const request of requestsOf(parts)) await topics.send(topic, request);
    }
    await untilAllIsCounted(client, shopData);
    await untilAveragesAreMade(client);
    await untilEventsAreSettled(client);
    await client.query('VACUUM ANALYZE');
  } finally {
    await Promise.all([client.end(), admin.disconnect(), topics.close()]);
  }
}

/** Combines small batches and divides large ones. */
function* requestsOf(parts: readonly Messages[]): Generator<readonly Fields[]> {
  let gathered: Fields[] = [];
  for (const part of parts) {
    for (let from = 0; from < part.length; from += MESSAGES_A_REQUEST) {
      gathered.push(...part.slice(from, from + MESSAGES_A_REQUEST));
      if (gathered.length < MESSAGES_A_REQUEST) continue;
      yield gathered;
      gathered = [];
    }
  }
  if (gathered.length > 0) yield gathered;
}

const counts = z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]));

async function untilAllIsCounted(client: Client, shopData: ShopData): Promise<void> {
  // Each channel is measured on two days, and each distribution has a time of its own.
  const wanted = [
    lengthOf(shopData, 'event.created'),
    lengthOf(shopData, 'distribution.completed'),
    lengthOf(shopData, 'participant.registered'),
    lengthOf(shopData, 'channel.views-measured'),
    lengthOf(shopData, 'sales.recorded'),
  ].join();
  const areCounted = async (): Promise<boolean> => {
    const { rows } = await client.query({ text: COUNTS, rowMode: 'array' });
    return counts.parse(rows)[0]?.join() === wanted;
  };
  await waitFor(areCounted, { what: 'all messages to be counted', timeoutMs: TAKEN_MS, everyMs: 100 });
}

const COUNTS = `
SELECT (SELECT count(*)::int FROM events),
       (SELECT count(DISTINCT (event_id, distributed_at))::int FROM event_channels),
       (SELECT coalesce(sum(participants), 0)::int FROM event_counts),
       (SELECT count(*)::int FROM daily_views),
       (SELECT coalesce(sum(records), 0)::int FROM daily_sales)`;

/** Events that began ten days ago and have not changed since: a worker settles them every ten seconds. */
async function untilEventsAreSettled(client: Client): Promise<void> {
  const areSettled = async (): Promise<boolean> => {
    const left =
      "SELECT FROM store_events WHERE NOT settled AND start_at < now() - interval '10 days' LIMIT 1";
    return (await client.query(left)).rowCount === 0;
  };
  await waitFor(areSettled, { what: 'earlier events to be settled', timeoutMs: TAKEN_MS, everyMs: 100 });
}

async function untilAveragesAreMade(client: Client): Promise<void> {
  const { rows } = await client.query('SELECT now()::text AS now');
  const { now } = z.object({ now: z.string() }).parse(rows[0]);
  const areMade = async (): Promise<boolean> => {
    const newer = 'SELECT FROM industry_refreshes WHERE refreshed_at > $1::timestamptz';
    return (await client.query(newer, [now])).rowCount === 1;
  };
  await waitFor(areMade, { what: "the industries' averages", timeoutMs: TAKEN_MS, everyMs: 100 });
}
