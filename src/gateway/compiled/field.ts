import {
  defaultFieldResolver,
  type FieldNode,
  getArgumentValues,
  getNullableType,
  type GraphQLField,
  type GraphQLObjectType,
  isLeafType,
  type ResponsePath,
} from 'graphql';
import type { Complete } from './complete';
import { isPromise } from './internals';
import type { Run } from './run';

/** Resolves and completes one field of a source, or returns a promise of that. @throws where it failed and cannot be null */
export type ExecuteField = (run: Run, source: unknown, above: ResponsePath | undefined) => unknown;

export interface FieldParts {
  /** What it is called in the answer. */
  readonly key: string;
  readonly parent: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly complete: Complete;
}

export function compileField(parts: FieldParts): ExecuteField {
  const resolved = resolvedField(parts);
  const { resolve, args } = parts.field;
  return resolve === undefined && args.length === 0 ? propertyField(parts, resolved) : resolved;
}

/** ExecuteField of section 6.4 of the specification, as it is written there. */
function resolvedField({ key, parent, field, nodes, complete }: FieldParts): ExecuteField {
  const { name: fieldName, type: returnType, resolve = defaultFieldResolver, args } = field;
  const node = nodes[0]!;
  const { name: typename } = parent;

  return (run, source, prev) => {
    const path = { prev, key, typename };
    const failed = (thrown: unknown): null => run.nullFor(thrown, returnType, nodes, path);
    try {
      const { schema, fragments, rootValue, operation, variableValues } = run.info;
      const given = args.length === 0 ? {} : getArgumentValues(field, node, variableValues);
      // Each by its name: to spread what is the same for all took longer than all the rest of an execution.
      const info = {
        fieldName,
        fieldNodes: nodes,
        returnType,
        parentType: parent,
        path,
        schema,
        fragments,
        rootValue,
        operation,
        variableValues,
      };
      const value: unknown = resolve(source, given, run.contextValue, info);
      const completed = isPromise(value)
        ? value.then((found) => complete(run, found, path))
        : complete(run, value, path);
      return isPromise(completed) ? completed.then(undefined, failed) : completed;
    } catch (thrown) {
      return failed(thrown);
    }
  };
}

/** A leaf is completed without its path, which is only created for an error. */
const NO_PATH: ResponsePath = { prev: undefined, key: '', typename: undefined };

/** A property of its source, which needs neither arguments nor a resolver's parameters: most fields are. */
function propertyField(
  { key, parent, field, nodes, complete }: FieldParts,
  otherwise: ExecuteField,
): ExecuteField {
  const { name, type } = field;
  const { name: typename } = parent;
  const isLeaf = isLeafType(getNullableType(type));

  return (run, source, prev) => {
    if (!isRecord(source)) return otherwise(run, source, prev);
    // No closure around it, which each leaf would have one of its own of.
    const path = isLeaf ? NO_PATH : { prev, key, typename };
    try {
      const value = source[name];
      if (typeof value === 'function' || isPromise(value)) return otherwise(run, source, prev);
      const completed = complete(run, value, path);
      if (!isPromise(completed)) return completed;
      return completed.then(undefined, (thrown: unknown) =>
        run.nullFor(thrown, type, nodes, isLeaf ? { prev, key, typename } : path),
      );
    } catch (thrown) {
      return run.nullFor(thrown, type, nodes, isLeaf ? { prev, key, typename } : path);
    }
  };
}

const isRecord = (source: unknown): source is Readonly<Record<string, unknown>> =>
  typeof source === 'object' && source !== null;
