import { z } from 'zod';
import type { EventId, StoreId } from '../../../schema/values';
import type { Sql } from '../../database/database';
import { read } from './columns';
import { toEvent } from './decode';
import { EventReading, type Moment } from './event-facts';
import { bitOf, bothOf, covers, type FactKinds, NO_FACTS, without } from './kinds';
import { factsStatement } from './statement';
import { createStoreHistory, type StoreHistory } from './store-history';

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

const row = z.object({ storeId: z.string().nullable(), facts: z.string() });

/** @returns in each place what was asked for, in one statement; null where no event is defined */
export async function readFacts(
  sql: Sql,
  wanted: readonly FactsWanted[],
  moment: Moment,
  { stores, audience }: ReadFor,
): Promise<(EventReading | null)[]> {
  const kindsOf = new Map<EventId, FactKinds>();
  for (const { eventId, kinds } of wanted)
    kindsOf.set(eventId, bothOf(kindsOf.get(eventId) ?? NO_FACTS, kinds));
  const rows = await sql.query(
    row,
    factsStatement([...kindsOf.values()].map(toldOnce).reduce(bothOf, NO_FACTS)),
    [...kindsOf.keys()],
    [...kindsOf.values()].map(toldOnce),
    stores && [...stores],
    new Date(moment.calendar.startOfToday(moment.now)).toISOString(),
    [...audience],
  );
  const histories = new Map<string, StoreHistory>();
  for (const { storeId, facts } of rows)
    if (storeId !== null) histories.set(storeId, createStoreHistory(facts, moment));
  const readings = new Map<EventId, EventReading>();
  for (const { storeId, facts } of rows) {
    if (storeId !== null) continue;
    const [columns, ...parts] = read.list(JSON.parse(facts));
    const event = toEvent(read.list(columns));
    const isReadable = stores === null || stores.has(event.storeId);
    const kinds = isReadable ? kindsOf.get(event.eventId)! : NO_FACTS;
    const history = covers(kinds, bitOf('history')) ? histories.get(event.storeId) : undefined;
    readings.set(event.eventId, new EventReading(event, kinds, parts, moment, history));
  }
  return wanted.map(({ eventId }) => readings.get(eventId) ?? null);
}

/** Who reads all hours of an event need not have those of today summed up. */
function toldOnce(kinds: FactKinds): FactKinds {
  return covers(kinds, bitOf('hours')) ? without(kinds, bitOf('registeredToday')) : kinds;
}
