import {
  type FieldNode,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  type ResponsePath,
} from 'graphql';
import { inspect, isPromise } from './internals';
import type { Run } from './run';

/**
 * Completes a value, or returns a promise of that: CompleteValue of section 6.4.3 of the GraphQL specification, for
 * one place of a document.
 *
 * @param path a leaf is completed without looking at it
 */
export type Complete = (run: Run, value: unknown, path: ResponsePath) => unknown;

/** What of a document is completed. */
export interface Place {
  /** Type.field, as errors name it. */
  readonly coordinate: string;
  readonly nodes: readonly FieldNode[];
  /** Undefined where the values are no objects. */
  readonly completeObject: Complete | undefined;
}

export function completeAs(type: GraphQLOutputType, place: Place): Complete {
  if (!isNonNullType(type)) return nullable(type, place);
  const complete = nullable(type.ofType, place);
  return (run, value, path) => {
    const completed = complete(run, value, path);
    if (completed === null) throw new Error(`Cannot return null for non-nullable field ${place.coordinate}.`);
    return completed;
  };
}

function nullable(type: GraphQLOutputType, place: Place): Complete {
  const complete = completeValue(type, place);
  return (run, value, path) => {
    if (value == null) return null;
    if (value instanceof Error) throw value;
    return complete(run, value, path);
  };
}

function completeValue(type: GraphQLOutputType, place: Place): Complete {
  if (isListType(type)) return completeList(type, place);
  if (isLeafType(type)) return completeLeaf(type);
  if (place.completeObject === undefined)
    throw new Error(`${place.coordinate} has objects that nothing is selected of.`);
  return place.completeObject;
}

function completeLeaf(type: GraphQLLeafType): Complete {
  return (_, value) => {
    const serialized = type.serialize(value);
    if (serialized != null) return serialized;
    throw new Error(
      `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialized)}`,
    );
  };
}

function completeList({ ofType }: GraphQLList<GraphQLOutputType>, place: Place): Complete {
  const { coordinate, nodes } = place;
  const complete = completeAs(ofType, place);

  function item(run: Run, value: unknown, path: ResponsePath): unknown {
    const failed = (thrown: unknown): null => run.nullFor(thrown, ofType, nodes, path);
    try {
      const completed = isPromise(value)
        ? value.then((resolved) => complete(run, resolved, path))
        : complete(run, value, path);
      return isPromise(completed) ? completed.then(undefined, failed) : completed;
    } catch (thrown) {
      return failed(thrown);
    }
  }

  return (run, value, path) => {
    if (!isIterable(value))
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${coordinate}".`);
    const items: unknown[] = [];
    try {
      for (const each of value)
        items.push(item(run, each, { prev: path, key: items.length, typename: undefined }));
    } catch (thrown) {
      // Running items may fail too. graphql-js does not catch that, and the process would end.
      for (const each of items) if (isPromise(each)) each.then(undefined, () => undefined);
      throw thrown;
    }
    return items.some(isPromise) ? Promise.all(items) : items;
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.iterator in value &&
    typeof value[Symbol.iterator] === 'function'
  );
}
