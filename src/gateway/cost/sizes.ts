import type { EventId, TimeUnit } from '../../schema/values';

/** How much there is of what an operation asks for. */
export interface Sizes {
  readonly channels: (eventId: EventId) => number;
  readonly points: (eventId: EventId, timeUnit: TimeUnit | undefined) => number;
  /** Events of the same store that started earlier. */
  readonly earlierEvents: (eventId: EventId) => number;
}

/** What is assumed of an event as long as nothing is known of it: as much as there can be, or ever is. */
const ASSUMED = { channels: 20, points: 2_000, earlierEvents: 1_000 };

/** @param onAsked told of every event whose sizes make a difference */
export function assumedSizes(onAsked: (eventId: EventId) => void): Sizes {
  const assume = (size: number) => (eventId: EventId) => {
    onAsked(eventId);
    return size;
  };
  return {
    channels: assume(ASSUMED.channels),
    points: assume(ASSUMED.points),
    earlierEvents: assume(ASSUMED.earlierEvents),
  };
}
