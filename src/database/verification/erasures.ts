import type { EventId, Instant, PersonDigest } from '../../domain/values';
import type { Sql } from '../database';
import { timestamp } from '../parameters';
import { absent, absentFrom, type AbsentPositions } from './absent';

export interface ErasureTrace {
  readonly person: PersonDigest;
  /** Null for all events. */
  readonly eventId: EventId | null;
  /** What is remembered takes in as much as until then, or more. */
  readonly occurredAt: Instant;
}

export function absentErasures(
  sql: Pick<Sql, 'query'>,
  traces: readonly ErasureTrace[],
): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(
      ['uuid', 'text', 'timestamptz'],
      ['person', 'scope', 'at'],
      'FROM erasures AS e WHERE e.person = t.person AND e.scope = t.scope AND e.occurred_at >= t.at',
    ),
    traces.map(({ person }) => person),
    traces.map(({ eventId }) => eventId ?? ''),
    traces.map(({ occurredAt }) => timestamp(occurredAt)),
  );
}
