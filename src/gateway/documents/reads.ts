import type { FieldPlan, SelectionPlan } from '../cost/plan';
import type { Reads } from '../execute';

/** What of the schema's roots is read by one and the same statement, however often it is selected. */
const READ_TOGETHER = new Set(['Query.event', 'Query.dashboard', 'Query.dashboards']);

/** Anything else at the root has a statement of its own: two of them need one state of the database to look at. */
export function readsOf(plan: SelectionPlan): Reads {
  const asking = fieldsOf(plan).filter(({ node }) => !node.name.value.startsWith('__'));
  const alone = asking.filter(({ coordinate }) => !READ_TOGETHER.has(coordinate));
  const statements = alone.length + (alone.length < asking.length ? 1 : 0);
  return statements > 1 ? 'a snapshot' : 'one statement';
}

function fieldsOf({ fields, fragments }: SelectionPlan): readonly FieldPlan[] {
  return [...fields, ...fragments.flatMap(fieldsOf)];
}
