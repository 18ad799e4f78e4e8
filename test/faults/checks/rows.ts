import { Client, types } from 'pg';
import { z } from 'zod';
import { latest, knownEvents, measurementsOf, namingsOf, salesOf } from '../../harness/oracle/known';
import { erasedIdOf } from '../../harness/messages/participant-erased';
import type { RawParticipant } from '../../harness/messages/participant-registered';
import type { RawMessage } from '../../harness/messages/topic-fixtures';
import type { Shops } from '../ledger/shops';
import { compareCounts, compareValues, type CheckResult, combine } from './check-result';

/** Compares the database's rows with the messages, with statements of its own. */
export async function checkRows(
  databaseUrl: string,
  shops: Shops,
  messages: readonly RawMessage[],
): Promise<CheckResult> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 3_000,
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Days as text, not as instants in this machine's zone.
    client.setTypeParser(types.builtins.DATE, (text: string) => text);
    const rows = await read(client, shops);
    return combine([
      ...shops.events.map(({ eventId }) => checkParticipants(rows, eventId, messages)),
      ...shops.events.map(({ eventId }) => checkChannels(rows, eventId, messages)),
      ...shops.events.map(({ eventId }) => checkDefinition(rows, eventId, messages)),
      ...shops.stores.map((storeId) => checkSales(rows, storeId, messages)),
    ]);
  } finally {
    await client.end();
  }
}

const count = z.coerce.number();
const counts = z.array(z.object({ event_id: z.string(), participants: count, new_customers: count }));
const people = z.array(z.object({ event_id: z.string(), participant_id: z.string(), channel: z.string() }));
const channels = z.array(
  z.object({
    event_id: z.string(),
    channel: z.string(),
    participants: count,
    status: z.string().nullable(),
    cost: count.nullable(),
    expected_views: z.string().nullable(),
    external_id: z.string().nullable(),
    views: z.string().nullable(),
  }),
);
const events = z.array(z.object({ event_id: z.string(), title: z.string(), prize_cost: count }));
const sales = z.array(z.object({ store_id: z.string(), day: z.string(), amount: count, records: count }));

interface Rows {
  readonly counts: z.infer<typeof counts>;
  readonly people: z.infer<typeof people>;
  readonly channels: z.infer<typeof channels>;
  readonly events: z.infer<typeof events>;
  readonly sales: z.infer<typeof sales>;
}

async function read(client: Client, shops: Shops): Promise<Rows> {
  const eventIds = shops.events.map(({ eventId }) => eventId);
  const all = async (columns: string, table: string, key: string, ids: readonly string[]) => {
    const query = `SELECT ${columns} FROM ${table} WHERE ${key} = ANY ($1::uuid[])`;
    const { rows }: { rows: unknown[] } = await client.query(query, [ids]);
    return rows;
  };
  const ofEvents = (columns: string, table: string) => all(columns, table, 'event_id', eventIds);
  const ofChannels = 'event_id, channel, participants, status, cost, expected_views, external_id, views';
  return {
    counts: counts.parse(await ofEvents('event_id, participants, new_customers', 'event_counts')),
    people: people.parse(await ofEvents('event_id, participant_id, channel', 'participants')),
    channels: channels.parse(await ofEvents(ofChannels, 'event_channels')),
    events: events.parse(await ofEvents('event_id, title, prize_cost', 'events')),
    sales: sales.parse(await all('store_id, day, amount, records', 'daily_sales', 'store_id', shops.stores)),
  };
}

/** Checks that every participant is stored once and counted once. */
function checkParticipants(rows: Rows, eventId: string, messages: readonly RawMessage[]): CheckResult {
  const expected = registrationsOf(messages, eventId);
  const stored = new Set(
    rows.people.filter((row) => row.event_id === eventId).map((row) => row.participant_id),
  );
  const erased = erasedFrom(messages, eventId);
  // Which of both depends on whether the erasure has been applied; both would be one person twice.
  const rowsOf = (id: string): readonly string[] =>
    (erased.has(id) ? [id, erasedIdOf(eventId, id)] : [id]).filter((each) => stored.has(each));
  const missing = [...expected.keys()].filter((id) => rowsOf(id).length === 0);
  const counted = rows.counts.find((row) => row.event_id === eventId);
  const newCustomers = [...expected.values()].filter(({ newCustomer }) => newCustomer === true).length;
  const counting = combine([
    compareCounts(`participants counted of ${eventId}`, counted?.participants ?? 0, expected.size),
    {
      ...compareCounts(`new customers of ${eventId}`, counted?.new_customers ?? 0, newCustomers),
      lost: 0,
      doubled: 0,
    },
  ]);
  // A lost participant is missing in the rows and in the count: that is one loss.
  const lost = Math.max(missing.length, counting.lost);
  const unexpected = stored.size - (expected.size - missing.length);
  return {
    lost,
    doubled: Math.max(counting.doubled, unexpected),
    problems: [
      ...counting.problems,
      ...(missing.length > 0 ? [`participants of ${eventId}: ${missing.length} rows are missing`] : []),
      ...(unexpected > 0 ? [`participants of ${eventId}: ${unexpected} rows without a message`] : []),
    ],
  };
}

/** Those of whom an erasure in this event, or in all, was sent. */
function erasedFrom(messages: readonly RawMessage[], eventId: string): ReadonlySet<string> {
  return new Set(
    messages.flatMap(({ topic, value }) =>
      topic === 'participant.erased' && (value.eventId ?? eventId) === eventId ? [value.participantId] : [],
    ),
  );
}

function registrationsOf(
  messages: readonly RawMessage[],
  eventId: string,
): ReadonlyMap<string, RawParticipant> {
  const found = new Map<string, RawParticipant>();
  for (const { topic, value } of messages) {
    if (topic !== 'participant.registered' || value.eventId !== eventId) continue;
    if (!found.has(value.participantId)) found.set(value.participantId, value);
  }
  return found;
}

function checkChannels(rows: Rows, eventId: string, messages: readonly RawMessage[]): CheckResult {
  const measured = measurementsOf(messages, eventId);
  const named = namingsOf(messages, eventId);
  const registered = [...registrationsOf(messages, eventId).values()];
  const names = new Set([...measured, ...named, ...registered].map(({ channel }) => channel));
  return combine(
    [...names].map((name) => {
      const row = rows.channels.find(({ event_id, channel }) => event_id === eventId && channel === name);
      const distribution = latest(named.filter(({ channel }) => channel === name));
      const found = row && [row.status, row.cost, row.expected_views, row.external_id, row.views];
      const expected = [
        distribution?.status ?? null,
        distribution === undefined ? null : Number(distribution.cost),
        distribution?.expectedViews?.toString() ?? null,
        distribution?.externalId ?? null,
        latest(measured.filter(({ channel }) => channel === name))?.views.toString() ?? null,
      ];
      const those = registered.filter(({ channel }) => channel === name).length;
      const counted = compareCounts(`participants of ${name} of ${eventId}`, row?.participants ?? 0, those);
      return combine([
        compareValues(`${name} of ${eventId}`, found ?? [null, null, null, null, null], expected),
        // Already counted as lost or doubled with the event.
        { ...counted, lost: 0, doubled: 0 },
      ]);
    }),
  );
}

function checkDefinition(rows: Rows, eventId: string, messages: readonly RawMessage[]): CheckResult {
  const expected = knownEvents(messages.filter(({ topic }) => topic === 'event.created')).find(
    (event) => event.eventId === eventId,
  );
  const row = rows.events.find((each) => each.event_id === eventId);
  return compareValues(
    `the event ${eventId}`,
    row && [row.title, row.prize_cost],
    expected && [expected.title, Number(expected.prizeCost)],
  );
}

const DAY_MS = 86_400_000;

function checkSales(rows: Rows, storeId: string, messages: readonly RawMessage[]): CheckResult {
  const expected = salesOf(messages, storeId);
  const stored = rows.sales.filter((row) => row.store_id === storeId);
  const records = stored.reduce((sum, row) => sum + row.records, 0);
  const days = [...new Set(expected.map(({ day }) => day))];
  const amounts = days.map((day) => {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    const amount = expected
      .filter((sale) => sale.day === day)
      .reduce((sum, sale) => sum + Number(sale.amount), 0);
    const found = stored.find((row) => row.day === date)?.amount ?? 0;
    return { ...compareValues(`sales of ${storeId} on ${date}`, found, amount), lost: 0 };
  });
  return combine([compareCounts(`sales of ${storeId}`, records, expected.length), ...amounts]);
}
