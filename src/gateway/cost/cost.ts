import type { GraphQLSchema } from 'graphql';
import type { EventId, StoreId } from '../../domain/values';
import { argumentsOf, type PageOfAnyStore, type PricedArguments, type VariableValues } from './arguments';
import { type AskedPage, keyOf } from './pages';
import { entitiesPlace, type Place, placeOf, total } from './place';
import type { FieldPlan, SelectionPlan } from './plan';
import { UNITS_PER_HOUR } from './prices';
import { schemaLists } from './schema-lists';
import { type CountedEvents, oneEvent, type Sizes } from './sizes';

/** A key in the answer counts one unit for each so many characters: an alias may be as long as the operation. */
const KEY_LENGTH_PER_UNIT = 16;

export interface PricingOptions {
  readonly plan: SelectionPlan;
  readonly variables: VariableValues;
  readonly sizes: Sizes;
  /** Where pricing may end: what costs more is of no interest. Never, when left out. */
  readonly most?: number;
}

/**
 * What an operation costs: a unit for every field of its answer, times the lengths of the lists that it stands in, and
 * what loading and computing take beside (see PRICES). What directives leave out is counted.
 *
 * @returns prices a plan in whole units, of about a microsecond each; at least that much where it is more than `most`
 */
export function createPricing(schema: GraphQLSchema) {
  const lengthInSchema = schemaLists(schema);
  return ({ plan, ...options }: PricingOptions): number => new Pricing(lengthInSchema, options).price(plan);
}

class Pricing {
  /** What has been counted once, by what it is: of which events, or of which stores. */
  private readonly counted = new Map<string, Set<string>>();
  private readonly variables: VariableValues;
  private readonly sizes: Sizes;
  private readonly most: number;
  private cost = 0;

  constructor(
    private readonly lengthInSchema: (coordinate: string) => number,
    { variables, sizes, most = Infinity }: Omit<PricingOptions, 'plan'>,
  ) {
    this.variables = variables;
    this.sizes = sizes;
    this.most = most;
  }

  price(plan: SelectionPlan): number {
    this.selections(plan, placeOf({ objects: 1 }));
    return this.cost;
  }

  /** Pricing takes no more steps than units have been charged, and so may not go on for longer than an operation may. */
  private get isOver(): boolean {
    return this.cost > this.most;
  }

  private charge(units: number, { times }: Pick<Place, 'times'>): void {
    this.cost += Math.ceil(units * times);
  }

  private selections({ fields, fragments }: SelectionPlan, place: Place): void {
    for (const field of fields) {
      if (this.isOver) return;
      this.field(field, place);
    }
    for (const fragment of fragments) this.fragment(fragment, place);
  }

  private fragment(fragment: SelectionPlan, place: Place): void {
    place.fragments ??= new Set();
    if (place.fragments.has(fragment)) return;
    place.fragments.add(fragment);
    this.selections(fragment, place.byType?.get(fragment.type) ?? place);
  }

  private field(field: FieldPlan, outer: Place): void {
    const { price, keyLength, selections } = field;
    const each = 1 + Math.floor(keyLength / KEY_LENGTH_PER_UNIT) + (price.compute ?? 0);
    // Two of three fields of a full dashboard are: with this, pricing it takes half as long.
    if (field.isPlain) return this.charge(outer.objects * each, outer);
    const given = argumentsOf(field, this.variables);
    const place = price.times === undefined ? outer : { ...outer, times: outer.times * price.times };
    const entries = given.page?.limit ?? given.entities?.length ?? 0;
    this.charge(place.objects * (each + (price.perEntry ?? 0) * entries), place);
    if (this.isOver) return;
    const about = field.definition.args.length === 0 ? place : { ...place, ...this.about(given, place) };
    this.charge(this.onceForEach(field, about), place);
    const below = this.below(field, given, about);
    if (selections !== undefined) this.selections(selections, below);
    // A list of texts stands in the answer as often as it has entries, and once by itself.
    else this.charge(Math.max(0, below.objects - place.objects) * each, place);
  }

  /** What is read once for each event or store, wherever it is asked for. */
  private onceForEach(field: FieldPlan, { events, stores }: Place): number {
    const { load, perStoreEvent, perEventOfStore } = field.price;
    return (
      (load === undefined ? 0 : this.loads(field, events)) +
      (perStoreEvent === undefined ? 0 : this.comparedStores(perStoreEvent, events)) +
      (perEventOfStore === undefined ? 0 : this.wholeStores(perEventOfStore, stores))
    );
  }

  /** The events and stores that a field's arguments lead to. */
  private about(given: PricedArguments, place: Place): Pick<Place, 'events' | 'stores'> {
    const { stores = place.stores, page } = given;
    if (page === null) return { stores, events: [] };
    if (page !== undefined) return { stores, events: this.entries(stores, page) };
    return { stores, events: given.events?.map(oneEvent) ?? place.events };
  }

  /** All entries that are not known are counted together: there may be thousands. */
  private entries(stores: readonly StoreId[], page: PageOfAnyStore): CountedEvents[] {
    const pages = stores.map((storeId): AskedPage => ({ ...page, storeId }));
    const found = pages.map((each) => ({ each, events: this.sizes.page(each) }));
    const known = found.flatMap(({ events = [] }) => events.map((eventId: EventId) => oneEvent(eventId)));
    const unknown = found.flatMap(({ each, events }) => (events === undefined ? [each] : []));
    if (unknown.length === 0) return known;
    const key = unknown.map(keyOf).join();
    return [...known, { key, times: unknown.length * page.limit, pages: unknown }];
  }

  private loads(
    { coordinate, price: { load = 0, reads } }: FieldPlan,
    all: readonly CountedEvents[],
  ): number {
    return total(all, (events) => {
      this.sizes.noteEntries(events);
      const rows = this.isFirst(coordinate, events.key) ? load : 0;
      return reads === undefined ? rows : rows + this.hours(events);
    });
  }

  private hours(events: CountedEvents): number {
    const { read, computed } = UNITS_PER_HOUR;
    return Math.ceil(this.sizes.hours(events) * (computed + (this.isFirst('hours', events.key) ? read : 0)));
  }

  private comparedStores(each: number, all: readonly CountedEvents[]): number {
    const events = all.filter(({ key }) => this.isFirst('compared', key));
    const stores = events
      .flatMap((some) => this.sizes.stores(some))
      .filter(({ key }) => this.isFirst('store', key));
    return stores.reduce((cost, store) => cost + store.events * each, 0);
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

  /** The place of what a field selects. */
  private below({ coordinate, price, isList }: FieldPlan, given: PricedArguments, place: Place): Place {
    const { objects, events, stores, timeUnit, times } = place;
    // What cannot be read has no entries: its execution will tell of it.
    const first = given.page === undefined ? place.first : (given.page?.limit ?? 0);
    const next = { events, stores, timeUnit: given.timeUnit ?? timeUnit, first, times };
    if (!isList) return placeOf({ ...next, objects });
    switch (price.list) {
      case 'eventIds':
        return placeOf({ ...next, objects: objects * events.length });
      case 'representations':
        return entitiesPlace(given.entities ?? [], times);
      case 'page':
        return placeOf({ ...next, objects: total(events, () => 1) });
      case 'first':
        return placeOf({ ...next, objects: objects * first });
      case 'channels':
        return placeOf({ ...next, objects: total(events, this.sizes.channels) });
      case 'points':
        return placeOf({ ...next, objects: total(events, (some) => this.sizes.points(some, timeUnit)) });
      case 'schema':
        return placeOf({ ...next, objects: objects * this.lengthInSchema(coordinate) });
      default:
        return placeOf({ ...next, objects: objects * (price.list ?? 1) });
    }
  }
}
