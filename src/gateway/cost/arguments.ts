import { getArgumentValues } from 'graphql';
import { AppError } from '../../errors';
import type { EventId, EventStatus, Instant, StoreId, TimeUnit } from '../../domain/values';
import { stretchOf } from '../../resolvers/event-page';
import { type ParsedRepresentation, parseRepresentations } from '../../resolvers/federation/representation';
import { MOST_DASHBOARDS } from '../../resolvers/list-limits';
import type { AskedPage } from './pages';
import type { FieldPlan } from './plan';

/** The coerced variables of an operation, by their names. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** A page of whatever store it is asked of. */
export type PageOfAnyStore = Omit<AskedPage, 'storeId'>;

/** The arguments that a cost depends on. Scalars have read them before: none is of another kind. */
export interface PricedArguments {
  readonly events?: readonly EventId[];
  readonly stores?: readonly StoreId[];
  /** Null for one that cannot be read, which its execution will tell of. */
  readonly page?: PageOfAnyStore | null;
  readonly entities?: readonly ParsedRepresentation[];
  readonly timeUnit?: TimeUnit;
}

export function argumentsOf(
  { definition, node, price }: FieldPlan,
  variables: VariableValues,
): PricedArguments {
  if (definition.args.length === 0) return {};
  const given = getArgumentValues(definition, node, variables);
  const { eventId, id = eventId, eventIds, representations, timeUnit } = given;
  const storeId = price.names === 'a store' ? id : given['storeId'];
  return {
    // More than may be asked for are refused when it is executed, ahead of all work.
    ...(isTexts(eventIds) && { events: eventIds.slice(0, MOST_DASHBOARDS) }),
    ...(isList(representations) && { entities: parseRepresentations(representations) }),
    ...(isText(storeId) ? { stores: [storeId] } : isText(id) && { events: [id] }),
    ...(typeof given['first'] === 'number' && { page: pageIn(given, given['first']) }),
    ...((timeUnit === 'HOURLY' || timeUnit === 'DAILY') && { timeUnit }),
  };
}

/** Read once for all stores, whatever the length of a cursor. */
function pageIn({ after, status, from, to }: VariableValues, first: number): PageOfAnyStore | null {
  try {
    const { filter, after: cursor } = stretchOf(OF_ANY_STORE, {
      first,
      ...(isText(after) && { after }),
      ...(isStatus(status) && { status }),
      ...(isInstant(from) && { from }),
      ...(isInstant(to) && { to }),
    });
    return { filter, after: cursor, limit: first };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

const OF_ANY_STORE = '' as StoreId;

// What is read by a scalar or an enum of the schema is its value.
const isText = (value: unknown): value is EventId & StoreId => typeof value === 'string';
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isTexts = (value: unknown): value is readonly EventId[] => isList(value) && value.every(isText);
const isStatus = (value: unknown): value is EventStatus => typeof value === 'string';
const isInstant = (value: unknown): value is Instant => typeof value === 'number';
