import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ResponsePath,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { completeAs } from './complete';
import { compileField } from './field';
import { collectFields, collectSubfields } from './internals';
import { type Data, executeSteps, type Step } from './object';
import type { Run } from './run';

/** An operation whose fields have been collected and looked up once for all its executions. */
export interface Compiled {
  /** How many fields that is, fragments counted wherever they are spread. */
  readonly size: number;
  /** @throws GraphQLError where the answer as a whole is null */
  execute(run: Run, rootValue: unknown): Data | Promise<Data>;
}

export interface ToCompile {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Of a document that has been validated, in which no variable decides what is selected. */
  readonly operation: OperationDefinitionNode;
}

/** About two milliseconds of compiling, and ten times what a whole dashboard has. */
const MOST_FIELDS = 1_000;

const NO_VARIABLES = {};

type ExecuteObject = (run: Run, source: unknown, path: ResponsePath | undefined) => Data | Promise<Data>;
type Collected = ReadonlyMap<string, readonly FieldNode[]>;

/**
 * @returns undefined for what is left to graphql-js: mutations, whose fields go one after the other; types that are known
 *   only when there is a value; `__proto__`, which is no key of a plain object's own; and more than a thousand fields
 */
export function compile({ schema, fragments, operation }: ToCompile): Compiled | undefined {
  let size = 0;

  function object(type: GraphQLObjectType, fields: Collected): ExecuteObject {
    const steps = Array.from(fields, ([key, nodes]) => step(type, key, nodes));
    return (run, source, path) => executeSteps(steps, run, source, path);
  }

  function step(parent: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Step {
    size += 1;
    if (size > MOST_FIELDS || key === '__proto__') throw new LeftToGraphqlJs();
    const field = fieldOf(schema, parent, nodes[0]!.name.value);
    const coordinate = `${parent.name}.${field.name}`;
    const complete = completeAs(field.type, {
      coordinate,
      nodes,
      completeObject: below(field.type, nodes),
    });
    return { key, execute: compileField({ key, parent, field, nodes, complete }) };
  }

  function below(type: GraphQLOutputType, nodes: readonly FieldNode[]): ExecuteObject | undefined {
    const named = getNamedType(type);
    if (isLeafType(named)) return undefined;
    if (!isObjectType(named) || named.isTypeOf != null) throw new LeftToGraphqlJs();
    return object(named, collectSubfields(schema, fragments, NO_VARIABLES, named, nodes));
  }

  const root = schema.getRootType(operation.operation);
  if (root == null || operation.operation === OperationTypeNode.MUTATION) return undefined;
  try {
    const fields = collectFields(schema, fragments, NO_VARIABLES, root, operation.selectionSet);
    const execute = object(root, fields);
    return { size, execute: (run, rootValue) => execute(run, rootValue, undefined) };
  } catch (thrown) {
    if (thrown instanceof LeftToGraphqlJs) return undefined;
    throw thrown;
  }
}

class LeftToGraphqlJs extends Error {
  override readonly name = 'LeftToGraphqlJs';
}

function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  const atRoot = parent === schema.getQueryType() ? [SchemaMetaFieldDef, TypeMetaFieldDef] : [];
  const field = atRoot.find((meta) => meta.name === name) ?? parent.getFields()[name];
  if (field === undefined)
    throw new Error(`A validated document selects ${parent.name}.${name}, which is not here.`);
  return field;
}
