import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationRule } from 'graphql';
import { fewSelections } from './documents/few-selections';

/** The largest body of a GraphQL request. */
export const MAX_GRAPHQL_BYTES = 100 * 1024;

const MOST_ALIASES = 30;

/** graphql-js only finds during execution that the schema has no such kind of operation, and reports an internal error. */
const knownOperations: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (context.getSchema().getRootType(operation.operation) != null) return;
    context.reportError(new GraphQLError(`There is no ${operation.operation} here.`, { nodes: operation }));
  },
});

/** The rule throws, which would look like an internal error; reported, it is a validation error like any other. */
const fewAliases: ValidationRule = (context) =>
  maxAliasesRule({
    n: MOST_ALIASES,
    // Without exceptions: by default the rule allows any number of __typename.
    allowList: [],
    propagateOnRejection: false,
    onReject: [(_context, error) => context.reportError(error)],
  })(context);

export interface RulesOptions {
  /** Whether introspection is allowed. */
  readonly introspection: boolean;
}

/**
 * What one operation may ask, beside what it may cost. The types do not nest in themselves, so its depth is limited by the
 * schema; what could be multiplied at will is the root fields, by aliases, and anything, by fragments.
 */
export function createRules({ introspection }: RulesOptions): readonly ValidationRule[] {
  return [
    knownOperations,
    fewAliases,
    fewSelections,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
}
