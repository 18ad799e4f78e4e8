import { getArgumentValues, type GraphQLSchema } from 'graphql';
import { AppError } from '../../errors';
import {
  ENTITY_KEYS,
  parseRepresentation,
  type Representation,
} from '../../resolvers/federation/representation';
import { MOST_DASHBOARDS, MOST_ENTITIES, MOST_PER_PAGE } from '../../resolvers/list-limits';
import type { EventId, EventStatus, Instant, StoreId, TimeUnit } from '../../domain/values';
import type { AskedPage } from './pages';
import type { FieldPlan, SelectionPlan } from './plan';
import { UNITS_PER_HOUR } from './prices';
import { schemaLists } from './schema-lists';
import type { Sizes } from './sizes';

/** The coerced variables of an operation, by their names. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** Where a selection set stands in the answer. */
interface Place {
  /** How many objects it is answered for. */
  readonly objects: number;
  /** The events that these belong to, each as often as it stands in the answer. */
  readonly events: readonly EventId[];
  /** The stores that these are, or whose pages. */
  readonly stores: readonly StoreId[];
  readonly timeUnit: TimeUnit | undefined;
  /** The places of the types that objects here may be of, where that is told by each of them. */
  readonly byType: ReadonlyMap<string, Place> | undefined;
  /** Those that have been counted: however often one is spread here, the answer has its fields once. */
  readonly fragments: Set<SelectionPlan>;
}

/** The arguments that a cost depends on. Scalars have read them before: none is of another kind. */
interface PricedArguments {
  readonly events?: readonly EventId[];
  readonly stores?: readonly StoreId[];
  readonly page?: Omit<AskedPage, 'storeId'>;
  readonly entities?: readonly Representation[];
  readonly timeUnit?: TimeUnit;
}

/** A key in the answer counts one unit for each so many characters: an alias may be as long as the operation. */
const KEY_LENGTH_PER_UNIT = 16;

/**
 * What an operation costs: a unit for every field of its answer, times the lengths of the lists that it stands in, and
 * what loading and computing take beside (see PRICES). What directives leave out is counted.
 *
 * @returns prices a plan in whole units, of about a microsecond each
 */
export function createPricing(schema: GraphQLSchema) {
  const lengthInSchema = schemaLists(schema);
  return (plan: SelectionPlan, variables: VariableValues, sizes: Sizes): number =>
    new Pricing(lengthInSchema, variables, sizes).selections(plan, placeOf({ objects: 1 }));
}

class Pricing {
  /** What has been counted once, by what it is: of which events, or of which stores. */
  private readonly counted = new Map<string, Set<string>>();

  constructor(
    private readonly lengthInSchema: (coordinate: string) => number,
    private readonly variables: VariableValues,
    private readonly sizes: Sizes,
  ) {}

  selections({ fields, fragments }: SelectionPlan, place: Place): number {
    let cost = 0;
    for (const field of fields) cost += this.field(field, place);
    for (const fragment of fragments) cost += this.fragment(fragment, place);
    return cost;
  }

  private fragment(fragment: SelectionPlan, place: Place): number {
    if (place.fragments.has(fragment)) return 0;
    place.fragments.add(fragment);
    return this.selections(fragment, place.byType?.get(fragment.type) ?? place);
  }

  private field(field: FieldPlan, place: Place): number {
    const { price, keyLength, selections } = field;
    const given = this.argumentsOf(field);
    const about = { ...place, ...this.about(given, place) };
    const below = this.below(field, given, about);
    const each = 1 + Math.floor(keyLength / KEY_LENGTH_PER_UNIT) + (price.compute ?? 0);
    return (
      // A list of texts stands in the answer as often as it has entries, and once by itself.
      (selections === undefined ? Math.max(place.objects, below.objects) : place.objects) * each +
      (price.load === undefined ? 0 : this.loads(field, about.events)) +
      place.objects * (price.perEntry ?? 0) * (given.page?.first ?? 0) +
      (price.perStoreEvent === undefined ? 0 : this.comparedStores(price.perStoreEvent, about.events)) +
      (price.perEventOfStore === undefined ? 0 : this.wholeStores(price.perEventOfStore, about.stores)) +
      (selections === undefined ? 0 : this.selections(selections, below))
    );
  }

  /** The events and stores that a field's arguments lead to. */
  private about(given: PricedArguments, place: Place): Pick<Place, 'events' | 'stores'> {
    const { events = place.events, stores = place.stores, page, entities } = given;
    if (entities !== undefined) return entityIds(entities);
    if (page === undefined) return { events, stores };
    return { stores, events: stores.flatMap((storeId) => this.sizes.page({ ...page, storeId })) };
  }

  /** What loaders remember is read once for each event, wherever it is asked for. */
  private loads({ coordinate, price: { load = 0, reads } }: FieldPlan, events: readonly EventId[]): number {
    return total(events, (event) => {
      this.sizes.noteEntry(event);
      const rows = this.isFirst(coordinate, event) ? load : 0;
      return reads === undefined ? rows : rows + this.hours(event);
    });
  }

  private hours(event: EventId): number {
    const { read, computed } = UNITS_PER_HOUR;
    return Math.ceil(this.sizes.hours(event) * (computed + (this.isFirst('hours', event) ? read : 0)));
  }

  private comparedStores(each: number, events: readonly EventId[]): number {
    return total(events, (event) => {
      const { key, events: count } = this.sizes.store(event);
      return this.isFirst('store', key) ? count * each : 0;
    });
  }

  private wholeStores(each: number, stores: readonly StoreId[]): number {
    return stores.reduce(
      (cost, store) => cost + (this.isFirst('totals', store) ? this.sizes.storeEvents(store) * each : 0),
      0,
    );
  }

  private isFirst(what: string, of: string): boolean {
    const known = this.counted.get(what) ?? new Set();
    if (known.size === 0) this.counted.set(what, known);
    return known.size < known.add(of).size;
  }

  private argumentsOf({ definition, node, price }: FieldPlan): PricedArguments {
    if (definition.args.length === 0) return {};
    const given = getArgumentValues(definition, node, this.variables);
    const { eventId, id = eventId, eventIds, representations, timeUnit } = given;
    const storeId = price.names === 'a store' ? id : given['storeId'];
    return {
      // More than may be asked for are refused when it is executed, ahead of all work.
      ...(isTexts(eventIds) && { events: eventIds.slice(0, MOST_DASHBOARDS) }),
      ...(Array.isArray(representations) && { entities: entitiesIn(representations) }),
      ...(isText(storeId) ? { stores: [storeId] } : isText(id) && { events: [id] }),
      ...(typeof given['first'] === 'number' && { page: pageIn(given, given['first']) }),
      ...((timeUnit === 'HOURLY' || timeUnit === 'DAILY') && { timeUnit }),
    };
  }

  /** The place of what a field selects. */
  private below({ coordinate, price, isList }: FieldPlan, given: PricedArguments, place: Place): Place {
    const { objects, events, stores, timeUnit } = place;
    const next = { events, stores, timeUnit: given.timeUnit ?? timeUnit };
    if (!isList) return placeOf({ ...next, objects });
    switch (price.list) {
      case 'eventIds':
        return placeOf({ ...next, objects: objects * events.length });
      case 'representations':
        return entitiesPlace(given.entities ?? []);
      case 'page':
        return placeOf({ ...next, objects: events.length });
      case 'channels':
        return placeOf({ ...next, objects: total(events, this.sizes.channels) });
      case 'points':
        return placeOf({ ...next, objects: total(events, (event) => this.sizes.points(event, timeUnit)) });
      case 'schema':
        return placeOf({ ...next, objects: objects * this.lengthInSchema(coordinate) });
      default:
        return placeOf({ ...next, objects: objects * (price.list ?? 1) });
    }
  }
}

function placeOf({
  objects,
  events = [],
  stores = [],
  timeUnit,
  byType,
}: Partial<Place> & Pick<Place, 'objects'>): Place {
  return { objects, events, stores, timeUnit, byType, fragments: new Set() };
}

/** What is none is refused at its place. */
function entitiesIn(representations: readonly unknown[]): Representation[] {
  return representations.slice(0, MOST_ENTITIES).flatMap((each) => {
    const parsed = parseRepresentation(each);
    return parsed instanceof AppError ? [] : [parsed];
  });
}

const entityIds = (entities: readonly Representation[]): Pick<Place, 'events' | 'stores'> => ({
  events: entities.flatMap((each) => ('eventId' in each ? [each.eventId] : [])),
  stores: entities.flatMap((each) => ('storeId' in each ? [each.storeId] : [])),
});

function entitiesPlace(entities: readonly Representation[]): Place {
  const ofType = (type: string): [string, Place] => {
    const some = entities.filter(({ __typename }) => __typename === type);
    return [type, placeOf({ objects: some.length, ...entityIds(some) })];
  };
  const byType = new Map(Object.keys(ENTITY_KEYS).map(ofType));
  return placeOf({ objects: entities.length, ...entityIds(entities), byType });
}

type Coerced = Readonly<Record<string, unknown>>;

function pageIn({ after, status, from, to }: Coerced, first: number): Omit<AskedPage, 'storeId'> {
  return {
    // What is out of bounds is refused when it is executed.
    first: Math.min(Math.max(0, first), MOST_PER_PAGE),
    ...(typeof after === 'string' && { after }),
    ...(isStatus(status) && { status }),
    ...(isInstant(from) && { from }),
    ...(isInstant(to) && { to }),
  };
}

// What is read by a scalar or an enum of the schema is its value.
const isText = (value: unknown): value is EventId & StoreId => typeof value === 'string';
const isTexts = (value: unknown): value is readonly EventId[] => Array.isArray(value) && value.every(isText);
const isStatus = (value: unknown): value is EventStatus => typeof value === 'string';
const isInstant = (value: unknown): value is Instant => typeof value === 'number';

function total(events: readonly EventId[], sizeOf: (eventId: EventId) => number): number {
  return events.reduce((sum, event) => sum + sizeOf(event), 0);
}
