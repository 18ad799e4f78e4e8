import { LRUCache } from 'lru-cache';
import type { EventId, StoreId } from '../../domain/values';
import { currentSpan } from '../../observability/traces/current-span';
import type { Traceparent } from '../../observability/traces/span';
import type { StartedSpan, Tracer } from '../../observability/traces/tracer';
import type { Notice, Notifications } from '../notifications/notifications';
import type { Change, ChangePublisher } from './change-publisher';

/** What brought changes about that have not been published yet. */
export interface ChangeCauses {
  add(change: Change, cause: Traceparent): void;
  of(notice: Notice): readonly Traceparent[];
  forget(notices: readonly Notice[]): void;
}

/** Changes that wait are published together: of each event and store so many causes are known. */
const MOST_OF_ONE = 4;
/** While nothing can be published, the first changes are forgotten first. */
const MOST_CHANGED = 10_000;

export function createChangeCauses(): ChangeCauses {
  const causes = new LRUCache<EventId | StoreId, readonly Traceparent[]>({ max: MOST_CHANGED });
  const idOf = (notice: Notice): EventId | StoreId => ('event' in notice ? notice.event : notice.store);
  return {
    add({ events, stores }, cause) {
      for (const id of [...events, ...stores]) {
        const known = causes.get(id) ?? [];
        if (known.length < MOST_OF_ONE && !known.includes(cause)) causes.set(id, [...known, cause]);
      }
    },
    of: (notice) => causes.get(idOf(notice)) ?? [],
    forget(notices) {
      for (const notice of notices) causes.delete(idOf(notice));
    },
  };
}

/** The same publisher, which remembers what work a change was committed by. */
export function publisherWithCauses(publisher: ChangePublisher, causes: ChangeCauses): ChangePublisher {
  return {
    ...publisher,
    publish(change) {
      const span = currentSpan();
      if (span !== undefined) causes.add(change, span.traceparent);
      publisher.publish(change);
    },
  };
}

/** The same notifications: each that is brought about by traced work says so. */
export function tracedNotifications(
  notifications: Notifications,
  causes: ChangeCauses,
  tracer: Tracer,
): Notifications {
  /** One span for all notifications that have the same causes. */
  function spansOf(changed: readonly Notice[]): ReadonlyMap<Notice, StartedSpan> {
    const byCauses = new Map<string, StartedSpan | undefined>();
    const spans = new Map<Notice, StartedSpan>();
    for (const notice of changed) {
      const known = causes.of(notice);
      if (known.length === 0) continue;
      const key = known.join();
      if (!byCauses.has(key))
        byCauses.set(key, tracer.start({ name: 'publish change', kind: 'producer', causes: known }));
      const span = byCauses.get(key);
      if (span !== undefined) spans.set(notice, span);
    }
    return spans;
  }

  return {
    ...notifications,
    async publish(changed) {
      const spans = spansOf(changed);
      if (spans.size === 0) return notifications.publish(changed);
      try {
        await notifications.publish(
          changed.map((notice) => ({ ...notice, cause: spans.get(notice)?.traceparent })),
        );
        causes.forget(changed);
      } finally {
        for (const span of new Set(spans.values())) span.end();
      }
    },
  };
}
