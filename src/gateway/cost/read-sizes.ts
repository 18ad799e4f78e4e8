import { readableStores } from '../../auth/may-read';
import { countPoints } from '../../metrics/trend';
import type { Clock } from '../../platform/clock';
import { cancellable } from '../../platform/database/cancellable';
import type { Sql } from '../../platform/database/database';
import { type EventSizes, sizesOf } from '../../platform/statistics/sizes';
import type { EventId, Instant, TimeUnit } from '../../schema/values';
import type { ReadSizes } from './budget';

/**
 * A stranger's events count nothing, and are not even looked at: from a cost, or from how long it takes to tell, one could
 * tell how long a competitor's event has been going on.
 */
export function createReadSizes(sql: Sql, clock: Clock): ReadSizes {
  return async (viewer, eventIds, gone) => {
    const now = clock.now();
    const found = await sizesOf(cancellable(sql, gone), eventIds, readableStores(viewer));
    const readable = new Map(found.map((sizes) => [sizes.eventId, sizes]));
    const sizeBy =
      (size: (sizes: EventSizes) => number) =>
      (eventId: EventId): number => {
        const sizes = readable.get(eventId);
        return sizes === undefined ? 0 : size(sizes);
      };
    return {
      channels: sizeBy(({ channels }) => channels),
      hours: sizeBy(({ hours }) => hours),
      store: (eventId) => {
        const { storeId: key, storeEvents: events } = readable.get(eventId) ?? NO_STORE;
        return { key, events };
      },
      points: (eventId, timeUnit) => sizeBy((sizes) => pointsOf(sizes, now, timeUnit))(eventId),
    };
  };
}

const NO_STORE = { storeId: '', storeEvents: 0 };

function pointsOf(sizes: EventSizes, now: Instant, timeUnit: TimeUnit | undefined): number {
  const { firstHour, lastHour } = sizes;
  return firstHour === null || lastHour === null ? 0 : countPoints(sizes, firstHour, lastHour, now, timeUnit);
}
