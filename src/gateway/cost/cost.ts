import { getArgumentValues, type GraphQLSchema } from 'graphql';
import { MOST_DASHBOARDS, MOST_PER_PAGE } from '../../resolvers/list-limits';
import type { EventId, TimeUnit } from '../../domain/values';
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
  readonly timeUnit: TimeUnit | undefined;
  /** How many entries a page was asked to have. */
  readonly first: number | undefined;
  /** Those that have been counted: however often one is spread here, the answer has its fields once. */
  readonly fragments: Set<SelectionPlan>;
}

/** The arguments that a cost depends on. Scalars have read them before: none is of another kind. */
interface PricedArguments {
  readonly events?: readonly EventId[];
  readonly first?: number;
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
    return this.selections(fragment, place);
  }

  private field(field: FieldPlan, place: Place): number {
    const { price, keyLength, selections } = field;
    const given = this.argumentsOf(field);
    const events = given.events ?? place.events;
    const below = this.below(field, given, { ...place, events });
    const each = 1 + Math.floor(keyLength / KEY_LENGTH_PER_UNIT) + (price.compute ?? 0);
    return (
      // A list of texts stands in the answer as often as it has entries, and once by itself.
      (selections === undefined ? Math.max(place.objects, below.objects) : place.objects) * each +
      (price.load === undefined ? 0 : this.loads(field, events)) +
      place.objects * (price.perEntry ?? 0) * entriesOf(given.first) +
      (price.perStoreEvent === undefined ? 0 : this.stores(price.perStoreEvent, events)) +
      (selections === undefined ? 0 : this.selections(selections, below))
    );
  }

  /** What loaders remember is read once for each event, wherever it is asked for. */
  private loads({ coordinate, price: { load = 0, reads } }: FieldPlan, events: readonly EventId[]): number {
    return total(events, (event) => {
      const rows = this.isFirst(coordinate, event) ? load : 0;
      return reads === undefined ? rows : rows + this.hours(event);
    });
  }

  private hours(event: EventId): number {
    const { read, computed } = UNITS_PER_HOUR;
    return Math.ceil(this.sizes.hours(event) * (computed + (this.isFirst('hours', event) ? read : 0)));
  }

  private stores(each: number, events: readonly EventId[]): number {
    return total(events, (event) => {
      const { key, events: count } = this.sizes.store(event);
      return this.isFirst('store', key) ? count * each : 0;
    });
  }

  private isFirst(what: string, of: string): boolean {
    const known = this.counted.get(what) ?? new Set();
    if (known.size === 0) this.counted.set(what, known);
    return known.size < known.add(of).size;
  }

  private argumentsOf({ definition, node }: FieldPlan): PricedArguments {
    if (definition.args.length === 0) return {};
    const {
      eventId,
      id = eventId,
      eventIds,
      first,
      timeUnit,
    } = getArgumentValues(definition, node, this.variables);
    return {
      // More than may be asked for are refused when it is executed, ahead of all work.
      ...(isTexts(eventIds) && { events: eventIds.slice(0, MOST_DASHBOARDS) }),
      ...(isText(id) && { events: [id] }),
      ...(typeof first === 'number' && { first }),
      ...((timeUnit === 'HOURLY' || timeUnit === 'DAILY') && { timeUnit }),
    };
  }

  /** The place of what a field selects. */
  private below({ coordinate, price, isList }: FieldPlan, given: PricedArguments, place: Place): Place {
    const { objects, events, timeUnit, first } = place;
    const next = { events, timeUnit: given.timeUnit ?? timeUnit, first: given.first ?? first };
    if (!isList) return placeOf({ ...next, objects });
    switch (price.list) {
      case 'eventIds':
        return placeOf({ ...next, objects: objects * events.length });
      case 'first':
        return placeOf({ ...next, objects: objects * entriesOf(first) });
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

function placeOf({ objects, events = [], timeUnit, first }: Partial<Place> & Pick<Place, 'objects'>): Place {
  return { objects, events, timeUnit, first, fragments: new Set() };
}

/** What is out of bounds is refused when it is executed. */
const entriesOf = (first = 0): number => Math.min(Math.max(0, first), MOST_PER_PAGE);

const isText = (value: unknown): value is EventId => typeof value === 'string';
const isTexts = (value: unknown): value is readonly EventId[] => Array.isArray(value) && value.every(isText);

function total(events: readonly EventId[], sizeOf: (eventId: EventId) => number): number {
  return events.reduce((sum, event) => sum + sizeOf(event), 0);
}
