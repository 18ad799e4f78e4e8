import { z } from 'zod';
import type { EventId, StoreId } from '../../domain/values';
import type { Sql } from '../database';
import type { EventRecord } from '../events';
import { plainColumn, textColumn } from '../parameters';
import { column } from '../rows';
import { notThereYet } from '../unavailable';
import { read } from './columns';
import { toEvent } from './event-record';
import { bitOf, bothOf, covers, FACT_KINDS, type FactKinds, NO_FACTS } from './kinds';
import { readHistories } from './sharded-histories';
import { eventsStatement, KNOWN_STORES, storesStatement } from './sharded-statements';

/** What is asked of some events, for one reader. */
export interface AskedOfShards {
  readonly kindsOf: ReadonlyMap<EventId, FactKinds>;
  /** Null for all. */
  readonly readable: ReadonlySet<StoreId> | null;
  /** Those that the reader knows, beside the events' own. */
  readonly known: ReadonlySet<StoreId>;
  /** When today began, as PostgreSQL reads it. */
  readonly today: string;
}

/** An event, and a part for each kind of facts: null where it is not wanted. */
export interface EventRow {
  readonly event: EventRecord;
  readonly parts: readonly unknown[];
}

export interface Told {
  readonly rows: readonly EventRow[];
  /** By store, as `HISTORIES` tells it. */
  readonly histories: ReadonlyMap<string, unknown>;
}

/**
 * Reads what is asked from shards: first those of the events, then those of their stores, which the events tell. What comes from one
 * shard is of one moment; the statements of one reading see moments that lie some milliseconds apart. An event that moved to
 * another store between two of them is read once more.
 *
 * @throws DatabaseUnavailable where a store does not have an event that is its own: what a node that was lost has yet to commit
 */
export async function readSharded(sql: Sql, asked: AskedOfShards): Promise<Told> {
  return (await readOnce(sql, asked)) ?? (await readOnce(sql, asked)) ?? Promise.reject(notThereYet());
}

/** @returns undefined where the store of a readable event does not know of it */
async function readOnce(sql: Sql, asked: AskedOfShards): Promise<Told | undefined> {
  const rows = await readEvents(sql, asked);
  const readable = rows.filter(({ event }) => asked.readable?.has(event.storeId) ?? true);
  const ofStores = await readStores(
    sql,
    readable.map(({ event }) => event),
    asked,
  );
  if (readable.some(({ event }) => !ofStores.has(event.eventId))) return undefined;
  const compared = readable.filter(({ event }) => covers(kindsOf(event, asked), bitOf('history')));
  return {
    rows: rows.map((row) => merged(row, ofStores.get(row.event.eventId))),
    histories: await readHistories(sql, [...new Set(compared.map(({ event }) => event.storeId))]),
  };
}

const kindsOf = ({ eventId }: EventRecord, asked: AskedOfShards): FactKinds =>
  asked.kindsOf.get(eventId) ?? NO_FACTS;

const toldRow = z.object({ told: z.string().nullable() });

const rowsOf = (told: string | null | undefined): (readonly unknown[])[] =>
  read.list(JSON.parse(told ?? '[]')).map((row) => read.list(row));

async function readEvents(
  sql: Sql,
  { kindsOf: wantedOf, readable, today }: AskedOfShards,
): Promise<EventRow[]> {
  const events = [...wantedOf];
  const [answer] = await sql.query(
    toldRow,
    eventsStatement(events.reduce((all, [, kinds]) => bothOf(all, kinds), NO_FACTS)),
    plainColumn(events, ([id]) => id),
    readable && plainColumn([...readable], (store) => store),
    plainColumn(events, ([, kinds]) => kinds),
    today,
  );
  return rowsOf(answer?.told).map(([event, ...parts]) => ({ event: toEvent(read.list(event)), parts }));
}

/** What the store of an event tells of it: when its sales last changed, and the parts that lie with the store. */
interface StoreRow {
  readonly changedAt: EventRecord['lastUpdated'] | null;
  readonly parts: readonly unknown[];
}

async function readStores(
  sql: Sql,
  events: readonly EventRecord[],
  asked: AskedOfShards,
): Promise<ReadonlyMap<EventId, StoreRow>> {
  if (events.length === 0) return new Map();
  const wanted = events.reduce((all, event) => bothOf(all, kindsOf(event, asked)), NO_FACTS);
  const [answer] = await sql.query(
    toldRow,
    storesStatement(wanted),
    plainColumn(events, ({ eventId }) => eventId),
    plainColumn(events, ({ storeId }) => storeId),
    plainColumn(events, (event) => kindsOf(event, asked)),
    asked.today,
    textColumn(events, ({ industry }) => industry),
  );
  const told = new Map(rowsOf(answer?.told).map(([id, ...rest]) => [id, rest]));
  const known = covers(wanted, bitOf('industry'))
    ? await readKnown(sql, asked.known)
    : new Map<string, number>();
  return new Map(
    events.flatMap(({ eventId, storeId, industry }) => {
      const row = told.get(eventId);
      if (row === undefined) return [];
      const [changedAt, ...parts] = row;
      const others = { stores: known.get(industry) ?? 0, haveOwn: asked.known.has(storeId) };
      const ofStore = {
        changedAt: read.orNull(changedAt, read.instant),
        parts: parts.map((part, place) => (place === INDUSTRY ? withKnown(part, others) : part)),
      };
      return [[eventId, ofStore] as const];
    }),
  );
}

const INDUSTRY = FACT_KINDS.indexOf('industry');
const knownRow = z.object({ industry: column.industry, stores: z.number() });

async function readKnown(sql: Sql, known: ReadonlySet<StoreId>): Promise<Map<string, number>> {
  if (known.size === 0) return new Map();
  const found = await sql.query(knownRow, KNOWN_STORES, [...known]);
  return new Map(found.map(({ industry, stores }) => [industry, stores]));
}

/** An event's own store is known, whether or not it is among those that are. */
function withKnown(part: unknown, known: { readonly stores: number; readonly haveOwn: boolean }): unknown {
  if (part === null) return part;
  const [stores, , total, own, refreshedAt] = read.list(part);
  const isOneMore = own !== null && !known.haveOwn;
  return [stores, isOneMore ? known.stores + 1 : known.stores, total, own, refreshedAt];
}

function merged({ event, parts }: EventRow, ofStore: StoreRow | undefined): EventRow {
  if (ofStore === undefined) return { event, parts };
  const { changedAt } = ofStore;
  const isLater = changedAt !== null && changedAt > event.lastUpdated;
  return {
    event: isLater ? { ...event, lastUpdated: changedAt } : event,
    parts: parts.map((part, place) => part ?? ofStore.parts[place]),
  };
}
