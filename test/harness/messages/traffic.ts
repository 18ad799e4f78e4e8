import type { Random } from '../../../src/commands/simulator/random';
import type { EventDefinition } from './event-ids';

/** What the messages of steady traffic are about, and what they are drawn from. */
export interface TrafficSource {
  readonly random: Random;
  readonly stores: readonly string[];
  readonly events: readonly EventDefinition[];
  /** Those of the events that are defined from the beginning on. */
  readonly defined: readonly EventDefinition[];
  /** Each call tells an instant of the last two hours, in milliseconds since 1970, later than all before. */
  readonly moment: () => number;
}

/** The channels of all events. */
export const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel'];

const LATE = 0.05;

/** Whether a message comes days after what it tells of. */
export const isLate = (random: Random): boolean => random.chance(LATE);

export function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.between(0, items.length - 1)]!;
}
