import {
  getNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { createRandom, type Random } from '../../../../src/commands/simulator/random';
import { AppError } from '../../../../src/errors';

/** A random value for a path of the answer, always the same for the same path. @throws sometimes */
export type Happen = (place: string, type: GraphQLOutputType) => unknown;

/** @param errorRate how often a value is wrong, from 0 to 1 */
export function happenings(seed: number, errorRate: number): Happen {
  return function happen(place, type) {
    const random = createRandom(seed + hashOf(place));
    const found = (): unknown => {
      const value = random.chance(errorRate) ? wrongValueOf(random) : valueOf(type, place, random, happen);
      return random.chance(0.1) ? () => value : value;
    };
    if (!random.chance(0.4)) return found();
    return handled(later(random.between(0, 4)).then(found));
  };
}

/** Resolves after this many turns of the microtask queue. */
async function later(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}

function wrongValueOf(random: Random): unknown {
  const error = new AppError('EVENT_NOT_FOUND', { message: `Not found: ${random.next()}` });
  const how = random.pick<() => unknown>([
    [() => null, 3],
    [() => undefined, 2],
    [() => error, 3],
    [() => NaN, 1],
    [() => 'neither a number nor a list', 1],
    [() => fail(error), 4],
  ]);
  return how();
}

function fail(error: unknown): never {
  throw error;
}

function valueOf(type: GraphQLOutputType, place: string, random: Random, happen: Happen): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const item = itemsOf(nullable.ofType, random, happen);
    const items = Array.from({ length: random.between(0, 3) }, (_, index) => item(`${place}.${index}`));
    return random.chance(0.2) ? new Set(items) : items;
  }
  if (isObjectType(nullable)) return objectOf(nullable, place, happen);
  if (isEnumType(nullable)) return random.chance(0.5) ? 'RED' : 'GREEN';
  return random.between(0, 1_000);
}

/**
 * Items that must not be null come all at once or all later: of those under way when another fails at once, graphql-js
 * lets go, and the process ends when they fail as well.
 */
function itemsOf(type: GraphQLOutputType, random: Random, happen: Happen): (place: string) => unknown {
  if (!isNonNullType(type)) return (place) => orError(() => happen(place, type));
  if (isLeafType(type.ofType) && random.chance(0.5))
    return () => (random.chance(0.1) ? new Error('An item that is none.') : random.between(0, 9));
  return (place) => handled(Promise.resolve().then(() => happen(place, type)));
}

/** A failed value is represented by its error. */
function orError(have: () => unknown): unknown {
  try {
    return have();
  } catch (error) {
    return error;
  }
}

/** Handles the rejection, which is ignored when a sibling has failed already. */
function handled(promise: Promise<unknown>): Promise<unknown> {
  promise.catch(() => undefined);
  return promise;
}

function objectOf(type: GraphQLObjectType, place: string, happen: Happen): object {
  const object = {};
  for (const { name, type: fieldType } of Object.values(type.getFields())) {
    Object.defineProperty(object, name, { get: () => happen(`${place}.${name}`, fieldType) });
  }
  return object;
}

function hashOf(text: string): number {
  let hash = 7;
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_000_007;
  return hash;
}
