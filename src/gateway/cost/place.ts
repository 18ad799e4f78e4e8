import { AppError } from '../../errors';
import {
  ENTITY_KEYS,
  type ParsedRepresentation,
  type Representation,
} from '../../resolvers/federation/representation';
import type { StoreId, TimeUnit } from '../../domain/values';
import type { SelectionPlan } from './plan';
import { type CountedEvents, oneEvent } from './sizes';

/** Where a selection set stands in the answer. */
export interface Place {
  /** How many objects it is answered for. */
  readonly objects: number;
  /** The events that these belong to, each as often as it stands in the answer. */
  readonly events: readonly CountedEvents[];
  /** The stores that these are, or whose pages. */
  readonly stores: readonly StoreId[];
  readonly timeUnit: TimeUnit | undefined;
  /** How many entries the list that is nearest may have, by its argument `first`. */
  readonly first: number;
  /** How many times what is priced the execution takes here. */
  readonly times: number;
  /** The places of the types that objects here may be of, where that is told by each of them. */
  readonly byType: ReadonlyMap<string, Place> | undefined;
  /** Those that have been counted: however often one is spread here, the answer has its fields once. Undefined for none. */
  fragments: Set<SelectionPlan> | undefined;
}

export function placeOf({
  objects,
  events = [],
  stores = [],
  timeUnit,
  first = 0,
  times = 1,
  byType,
}: Partial<Place> & Pick<Place, 'objects'>): Place {
  return { objects, events, stores, timeUnit, first, times, byType, fragments: undefined };
}

/** @returns how many objects these events have, of which each has so many */
export function total(
  events: readonly CountedEvents[],
  sizeOfEach: (events: CountedEvents) => number,
): number {
  return events.reduce((sum, each) => sum + each.times * sizeOfEach(each), 0);
}

/** A wrong representation stands in the answer too, as a null that has no fields; it counts as one that has. */
export function entitiesPlace(parsed: readonly ParsedRepresentation[], times: number): Place {
  const entities = parsed.flatMap((each) => (each instanceof AppError ? [] : [each]));
  const ofType = (type: string): [string, Place] => {
    const some = entities.filter(({ __typename }) => __typename === type);
    return [type, placeOf({ objects: some.length, ...namedBy(some), times })];
  };
  const byType = new Map(Object.keys(ENTITY_KEYS).map(ofType));
  return placeOf({ objects: parsed.length, ...namedBy(entities), times, byType });
}

const namedBy = (entities: readonly Representation[]): Pick<Place, 'events' | 'stores'> => ({
  events: entities.flatMap((each) => ('eventId' in each ? [oneEvent(each.eventId)] : [])),
  stores: entities.flatMap((each) => ('storeId' in each ? [each.storeId] : [])),
});
