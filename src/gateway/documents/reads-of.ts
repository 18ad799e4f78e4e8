import type { FieldPlan, SelectionPlan } from '../cost/plan';
import type { Reads } from '../execute';

/**
 * What begins a statement: facts of all events that are known in the same round are read together, the totals of all
 * stores too, and each page of events by itself.
 */
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
  const statements = new Set<Begun>();
  collect(plan, 'facts', statements);
  return statements.size > 1 ? 'a snapshot' : 'one statement';
}

/** The facts that are read together: of events that are asked for, or of those on a page, once that is read. */
type Round = 'facts' | SelectionPlan;
type Begun = Round | 'totals' | FieldPlan;

function collect({ fields, fragments }: SelectionPlan, round: Round, statements: Set<Begun>): void {
  for (const field of fields) {
    const statement = STATEMENTS[field.coordinate];
    if (statement === 'facts') statements.add(round);
    if (statement === 'totals') statements.add('totals');
    if (statement === 'page') statements.add(field);
    if (field.selections !== undefined)
      collect(field.selections, statement === 'page' ? field.selections : round, statements);
  }
  for (const fragment of fragments) collect(fragment, round, statements);
}
