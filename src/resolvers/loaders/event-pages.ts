import DataLoader from 'dataloader';
import type { Sql } from '../../database/database';
import { readStretches } from '../../database/event-lists/read-stretches';
import type { EventStretch } from '../../database/event-lists/stretch';
import type { EventRecord } from '../../database/events';
import type { Instant } from '../../domain/values';

/** Loads stretches of the lists of stores for one operation: equal ones of several stores in one statement. */
export interface EventPagesLoader {
  load(stretch: EventStretch): Promise<readonly EventRecord[]>;
}

export function createEventPagesLoader(
  sql: Pick<Sql, 'query' | 'isDistributed'>,
  now: Instant,
): EventPagesLoader {
  // A page is read anew for each field that shows it, as its price says.
  return new DataLoader<EventStretch, readonly EventRecord[]>(
    (stretches) => readStretches(sql, stretches, now),
    { cache: false },
  );
}
