import type { Random } from '../../../src/commands/simulator/random';
import type { RawEvent } from '../../harness/messages/event-created';
import type { RawMessage } from '../../harness/messages/topic-fixtures';

/** The shops and events of one fault: no other fault has messages about them. */
export interface Shops {
  readonly stores: readonly string[];
  readonly events: readonly ShopEvent[];
}

export interface ShopEvent {
  readonly eventId: string;
  readonly storeId: string;
  /** The partition of all its messages. */
  readonly partition: number;
  readonly definition: RawEvent;
}

const PARTITIONS = 3;

const STORES = 3;
const EVENTS_PER_STORE = 2;
const HOUR = 3_600_000;

/** @param name the name of the fault: its industries contain it, so that no average mixes two faults */
export function createShops(name: string, random: Random, now: number): Shops {
  const stores = Array.from({ length: STORES }, () => random.uuid());
  const events = stores.flatMap((storeId, store) =>
    Array.from({ length: EVENTS_PER_STORE }, (_, index): ShopEvent => {
      const place = store * EVENTS_PER_STORE + index;
      const eventId = random.uuid();
      // The first lasts less than two days and therefore has an hourly trend.
      const startAt = now - (place === 0 ? 20 : random.between(30, 140)) * HOUR;
      const endAt = now + (place === 0 ? 20 : random.between(24, 90)) * HOUR;
      const definition = {
        messageId: random.uuid(),
        occurredAt: new Date(startAt - 30 * HOUR).toISOString(),
        eventId,
        storeId,
        title: `${name} ${place + 1}`,
        industry: `업종 ${name}`.slice(0, 50),
        targetGoal: random.between(100, 2_000),
        startAt: new Date(startAt).toISOString(),
        endAt: new Date(endAt).toISOString(),
        prizeCost: random.between(0, 900_000),
        otherCosts: random.between(0, 90_000),
        newCustomerLtv: random.between(1_000, 30_000),
      };
      return { eventId, storeId, partition: place % PARTITIONS, definition };
    }),
  );
  return { stores, events };
}

/** That of the message's event or, where it is about no event, of its store. */
export function partitionOf({ stores, events }: Shops, { value }: RawMessage): number {
  const about = 'eventId' in value ? value.eventId : undefined;
  if (about != null) return events.find(({ eventId }) => eventId === about)!.partition;
  return 'storeId' in value ? stores.indexOf(value.storeId) : 0;
}
