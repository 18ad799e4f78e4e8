import { z } from 'zod';
import type { Moment } from '../../domain/calendar';
import type { EventId, Instant, StoreId } from '../../domain/values';
import { plainColumn } from '../parameters';
import type { Sql } from '../database';
import { read } from './columns';
import { EventReading } from './event-facts';
import { toEvent } from './event-record';
import { bitOf, bothOf, covers, type FactKinds, NO_FACTS, OF_ALL_STORES, without } from './kinds';
import { readSharded, type Told } from './read-sharded';
import { factsStatement } from './statement';
import { createStoreHistory } from './store-history';

/** An event, and what is wanted of it. */
export interface FactsWanted {
  readonly eventId: EventId;
  readonly kinds: FactKinds;
}

/** For whom facts are read. */
export interface ReadFor {
  /** Of events of other stores nothing is read but the event itself; null for all stores. */
  readonly stores: ReadonlySet<StoreId> | null;
  /** Stores that are known beside an event's own, whose part in an industry could be taken out of its averages. */
  readonly audience: ReadonlySet<StoreId>;
}

/** What one operation asks for at a time. */
export interface FactsAsked {
  readonly wanted: readonly FactsWanted[];
  readonly moment: Moment;
  readonly readFor: ReadFor;
}

/** @returns in each place what was asked for; null where no event is defined */
export type ReadFacts = (asked: FactsAsked) => Promise<(EventReading | null)[]>;

const row = z.object({ told: z.string().nullable() });

/** Reads what one operation asks for, in one statement. */
export function readFactsOver(sql: Sql): ReadFacts {
  return async (asked) => (await readTogether(sql, [asked]))[0]!;
}

/**
 * Reads what several operations ask for in one statement, for one viewer or several: each is told of its own events, as far
 * as its reader may read them.
 *
 * @param all of one day: they agree on when today began
 */
export async function readTogether(sql: Sql, all: readonly FactsAsked[]): Promise<(EventReading | null)[][]> {
  const asks = all.map(({ wanted }) => kindsWanted(wanted));
  if (sql.isDistributed) return readApart(sql, all, asks);
  const [answer] = await sql.query(row, ...statementOf(all, asks));
  const ofReaders = all.map((): (readonly unknown[])[] => []);
  const histories = new Map<string, unknown>();
  for (const each of read.list(JSON.parse(answer?.told ?? '[]'))) {
    const [reader, store, facts] = read.list(each);
    if (reader === null) histories.set(read.text(store), facts);
    else ofReaders[read.whole(reader)]?.push(read.list(facts));
  }
  return all.map((asked, place) => {
    const rows = ofReaders[place]!.map(([event, ...parts]) => ({ event: toEvent(read.list(event)), parts }));
    return readingsOf(asked, asks[place]!, { rows, histories });
  });
}

/** One reader after the other: each shard is asked for few events. */
async function readApart(
  sql: Sql,
  all: readonly FactsAsked[],
  asks: readonly ReadonlyMap<EventId, FactKinds>[],
): Promise<(EventReading | null)[][]> {
  const readings: (EventReading | null)[][] = [];
  for (const [place, asked] of all.entries()) {
    const { stores, audience } = asked.readFor;
    const kindsOf = new Map([...asks[place]!].map(([id, kinds]) => [id, toldOnce(kinds)]));
    const known = new Set([...(stores ?? []), ...audience]);
    const told = await readSharded(sql, { kindsOf, readable: stores, known, today: todayOf(asked.moment) });
    readings.push(readingsOf(asked, asks[place]!, told));
  }
  return readings;
}

function kindsWanted(wanted: readonly FactsWanted[]): ReadonlyMap<EventId, FactKinds> {
  const kindsOf = new Map<EventId, FactKinds>();
  for (const { eventId, kinds } of wanted)
    kindsOf.set(eventId, bothOf(kindsOf.get(eventId) ?? NO_FACTS, kinds));
  return kindsOf;
}

function statementOf(
  all: readonly FactsAsked[],
  asks: readonly ReadonlyMap<EventId, FactKinds>[],
): [text: string, ...parameters: unknown[]] {
  const events: { readonly id: EventId; readonly kinds: number; readonly reader: number }[] = [];
  const known: { readonly reader: number; readonly store: StoreId }[] = [];
  let wanted = NO_FACTS;
  all.forEach(({ readFor }, reader) => {
    for (const [id, each] of asks[reader]!) {
      const told = toldOnce(each);
      wanted = bothOf(wanted, told);
      events.push({ id, kinds: readFor.stores === null ? told | OF_ALL_STORES : told, reader });
    }
    for (const store of new Set([...(readFor.stores ?? []), ...readFor.audience]))
      known.push({ reader, store });
  });
  const [{ moment }] = all as readonly [FactsAsked];
  return [
    factsStatement(wanted),
    plainColumn(events, ({ id }) => id),
    plainColumn(events, ({ kinds }) => kinds),
    plainColumn(events, ({ reader }) => reader),
    plainColumn(known, ({ reader }) => reader),
    plainColumn(known, ({ store }) => store),
    todayOf(moment),
  ];
}

/** When today began. */
export const startOfDay = ({ calendar, now }: Moment): Instant => calendar.startOfToday(now);

const todayOf = (moment: Moment): string => new Date(startOfDay(moment)).toISOString();

/** Who reads all hours of an event need not have those of today summed up. */
function toldOnce(kinds: FactKinds): FactKinds {
  return covers(kinds, bitOf('hours')) ? without(kinds, bitOf('registeredToday')) : kinds;
}

function readingsOf(
  { wanted, moment, readFor: { stores } }: FactsAsked,
  kindsOf: ReadonlyMap<EventId, FactKinds>,
  told: Told,
): (EventReading | null)[] {
  const histories = new Map(
    [...told.histories].map(([store, part]) => [store, createStoreHistory(part, moment)]),
  );
  const readings = new Map<EventId, EventReading>();
  for (const { event, parts } of told.rows) {
    const isReadable = stores === null || stores.has(event.storeId);
    const kinds = isReadable ? (kindsOf.get(event.eventId) ?? NO_FACTS) : NO_FACTS;
    const history = covers(kinds, bitOf('history')) ? histories.get(event.storeId) : undefined;
    readings.set(event.eventId, new EventReading(event, kinds, parts, moment, history));
  }
  return wanted.map(({ eventId }) => readings.get(eventId) ?? null);
}
