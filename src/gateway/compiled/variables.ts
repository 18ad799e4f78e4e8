import {
  getVariableValues,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

/** The variables of an operation as they were sent, by their names. */
export type SentVariables = Readonly<Record<string, unknown>>;

/** The same as the types of the operation read them. */
export type CoercedVariables = Readonly<Record<string, unknown>>;

interface Known {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly coerced: CoercedVariables;
}

const known = new WeakMap<SentVariables, Known>();
const NO_DEFINITIONS: readonly VariableDefinitionNode[] = [];

/**
 * Reads the variables of an operation once for its price and its execution: to read fifty ids again was a hundredth of what
 * their dashboards take.
 *
 * @param sent not changed any more from now on
 * @returns undefined where they cannot be read, which `execute` of graphql-js tells of
 */
export function coerceOnce(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  sent: SentVariables,
): CoercedVariables | undefined {
  const before = known.get(sent);
  if (before?.operation === operation && before.schema === schema) return before.coerced;
  // One mistake is enough here, and there may be thousands.
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? NO_DEFINITIONS, sent, {
    maxErrors: 1,
  });
  if (coerced !== undefined) known.set(sent, { schema, operation, coerced });
  return coerced;
}
