import type { EventId, Instant } from '../../domain/values';
import type { Sql } from '../database';
import { timestamp } from '../parameters';
import { absent, absentFrom, type AbsentPositions } from './absent';
import { type Check, OF_STORES } from './check';

/** An event stands among those of its store, and of no other. */
const storeEvents: Check = {
  rollup: 'store_events',
  keys: ['store_id', 'event_id'],
  place: `store_id::text || ' ' || event_id::text`,
  figures: ['start_at'],
  absent: 'nothing',
  stored: `SELECT store_id, event_id, start_at FROM store_events ${OF_STORES}`,
  recomputed: `SELECT store_id, event_id, start_at FROM events ${OF_STORES}`,
};

/** The rollups that definitions of events keep. */
export const definitionRollups: readonly Check[] = [storeEvents];

export interface DefinitionTrace {
  readonly eventId: EventId;
  /** The event is defined as late as this, or later. */
  readonly definedAt: Instant;
}

export function absentDefinitions(
  sql: Pick<Sql, 'query'>,
  traces: readonly DefinitionTrace[],
): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(
      ['uuid', 'timestamptz'],
      ['event_id', 'at'],
      'FROM events AS e WHERE e.event_id = t.event_id AND e.defined_at >= t.at',
    ),
    traces.map(({ eventId }) => eventId),
    traces.map(({ definedAt }) => timestamp(definedAt)),
  );
}
