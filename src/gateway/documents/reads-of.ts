import type { FieldPlan, SelectionPlan } from '../cost/plan';
import type { Reads } from '../execute';

/** What a field is read by: facts of events, together; totals of stores, together; a page of events, by itself. */
type Statement = 'facts' | 'totals' | 'page';

const STATEMENTS: Readonly<Record<string, Statement>> = {
  'Query.event': 'facts',
  'Query.dashboard': 'facts',
  'Query.dashboards': 'facts',
  'Query._entities': 'facts',
  'Query.events': 'page',
  'Store.events': 'page',
  'Store.totals': 'totals',
  'Event.dashboard': 'facts',
};

/** Two statements need one state of the database to look at. */
export function readsOf(plan: SelectionPlan): Reads {
  const statements = new Set<Statement | FieldPlan>();
  collect(plan, statements);
  return statements.size > 1 ? 'a snapshot' : 'one statement';
}

function collect({ fields, fragments }: SelectionPlan, statements: Set<Statement | FieldPlan>): void {
  for (const field of fields) {
    const statement = STATEMENTS[field.coordinate];
    if (statement !== undefined) statements.add(statement === 'page' ? field : statement);
    if (field.selections !== undefined) collect(field.selections, statements);
  }
  for (const fragment of fragments) collect(fragment, statements);
}
