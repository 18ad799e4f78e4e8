import { offsetsOf } from './time-zone';
import type { Instant } from './values';

/**
 * When the clocks of a zone show a local time.
 *
 * @param clock the local time, in milliseconds of UTC
 * @returns one instant; none where the clocks pass over it, two where they show it twice
 * @throws Error when the zone is unknown, or is ever not a whole number of hours from UTC
 */
export function instantsAt(zone: string, clock: number): readonly Instant[] {
  const spans = offsetsOf(zone);
  return spans.flatMap(({ from, offset }, position) => {
    const instant = clock - offset;
    const isWithin = instant >= from && instant < (spans[position + 1]?.from ?? Infinity);
    return isWithin ? [instant as Instant] : [];
  });
}
