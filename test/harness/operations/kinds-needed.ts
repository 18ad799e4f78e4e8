import type { GraphQLSchema } from 'graphql';
import { bitOf, covers, FACT_KINDS, type FactKind } from '../../../src/database/facts/kinds';
import { needsOf } from '../../../src/resolvers/needs';
import { fieldsSelected, fieldsWhere } from '../schema-walk';

/** The facts that fields of a query say they need; of those that a directive may leave out, none. */
export function kindsNeeded(schema: GraphQLSchema, query: string): FactKind[] {
  const selected = fieldsSelected(schema, query);
  const isNeeded = (kind: FactKind): boolean =>
    fieldsWhere(schema, (field) => covers(needsOf(field), bitOf(kind))).some((name) =>
      selected.includes(name),
    );
  return FACT_KINDS.filter(isNeeded);
}
