import { LRUCache } from 'lru-cache';
import type { EventId, StoreId } from '../../domain/values';
import { currentCause } from '../../observability/traces/current-span';
import { DECLINED_CAUSE, type Traceparent, typeOfError } from '../../observability/traces/span';
import type { StartedSpan, Tracer } from '../../observability/traces/tracer';
import type { Notice, Notifications } from '../notifications/notifications';
import type { Change, ChangePublisher } from './change-publisher';

/** What brought changes about that have not been published yet. */
export interface ChangeCauses {
  add(change: Change, cause: Traceparent): void;
  /** Of what is about to be published: what is added from now on belongs to the next publication. */
  take(notice: Notice): readonly Traceparent[];
  /** For what could not be published. */
  putBack(notice: Notice, taken: readonly Traceparent[]): void;
  /** For when all changes are published as one. */
  clear(): void;
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
    take(notice) {
      const taken = causes.get(idOf(notice)) ?? [];
      causes.delete(idOf(notice));
      return taken;
    },
    putBack(notice, taken) {
      const since = causes.get(idOf(notice)) ?? [];
      if (taken.length > 0)
        causes.set(idOf(notice), [...new Set([...taken, ...since])].slice(0, MOST_OF_ONE));
    },
    clear: () => causes.clear(),
  };
}

/** The same publisher, which remembers what work a change was committed by. */
export function publisherWithCauses(publisher: ChangePublisher, causes: ChangeCauses): ChangePublisher {
  return {
    ...publisher,
    publish(change) {
      const cause = currentCause();
      if (cause !== undefined) causes.add(change, cause);
      publisher.publish(change);
    },
  };
}

/** A notice, and what brought it about. */
interface Caused {
  readonly notice: Notice;
  readonly causes: readonly Traceparent[];
}

/** The same notifications: each that is brought about by traced work says so, and each that is by work whose trace was declined. */
export function tracedNotifications<Published extends Pick<Notifications, 'publish' | 'publishGap'>>(
  notifications: Published,
  causes: ChangeCauses,
  tracer: Tracer,
): Published {
  /** One span for all notifications that have the same causes; undefined where it is declined. */
  function spansOf(changed: readonly Caused[]): ReadonlyMap<string, StartedSpan | undefined> {
    const spans = new Map<string, StartedSpan | undefined>();
    for (const { causes: known } of changed) {
      if (known.length === 0 || spans.has(keyOf(known))) continue;
      const work = { name: 'publish change', kind: 'producer', causes: known } as const;
      spans.set(keyOf(known), tracer.start(work));
    }
    return spans;
  }

  return {
    ...notifications,
    async publish(changed) {
      const caused = changed.map((notice) => ({ notice, causes: causes.take(notice) }));
      const spans = spansOf(caused);
      if (spans.size === 0) return notifications.publish(changed);
      try {
        await notifications.publish(
          caused.map(({ notice, causes: known }) =>
            known.length === 0
              ? notice
              : { ...notice, cause: spans.get(keyOf(known))?.traceparent ?? DECLINED_CAUSE },
          ),
        );
      } catch (error) {
        for (const one of caused) causes.putBack(one.notice, one.causes);
        for (const span of spans.values()) span?.fail(typeOfError(error));
        throw error;
      } finally {
        for (const span of spans.values()) span?.end();
      }
    },
    publishGap() {
      causes.clear();
      return notifications.publishGap();
    },
  };
}

const keyOf = (causes: readonly Traceparent[]): string => causes.join();
