import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationRule } from 'graphql';
import { fewSelections } from './documents/few-selections';

/** The largest body of a GraphQL request. */
export const MAX_GRAPHQL_BYTES = 100 * 1024;

const MOST_ALIASES = 30;

/** graphql-js finds out only in executing it that the schema has no such kind of operation, and calls that our failure. */
const knownOperations: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (context.getSchema().getRootType(operation.operation) != null) return;
    context.reportError(new GraphQLError(`There is no ${operation.operation} here.`, { nodes: operation }));
  },
});

/** The rule throws by itself, which would pass for a failure of ours; reported, it is told like any other. */
const fewAliases: ValidationRule = (context) =>
  maxAliasesRule({
    n: MOST_ALIASES,
    // None is free: by default the rule lets any number of __typename pass.
    allowList: [],
    propagateOnRejection: false,
    onReject: [(_context, error) => context.reportError(error)],
  })(context);

export interface RulesOptions {
  /** Whether the schema may be asked about itself. */
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
