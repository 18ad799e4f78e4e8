import type { FieldPlan, SelectionPlan } from '../cost/plan';
import type { Reads } from '../execute';

/**
 * What a field is read by: facts of events, together; totals of stores, together; a page of events, by itself; apart, as a
 * figure of the service, which need not agree with any other, but whose operation is to hold one connection, not one for each; or nothing of its own, since whatever it stands in has been read.
 */
type Statement = 'facts' | 'totals' | 'page' | 'apart' | 'nothing';

/** Root fields, and all others whose resolvers say nothing of the facts that they need. A test holds it against the schema. */
export const STATEMENTS: Readonly<Record<string, Statement>> = {
  'Query.event': 'facts',
  'Query.dashboard': 'facts',
  'Query.dashboards': 'facts',
  'Query._entities': 'facts',
  'Query.events': 'page',
  'Query.store': 'nothing',
  'Query.viewer': 'nothing',
  'Query._service': 'nothing',
  'Query.service': 'nothing',
  'Mutation.replayDeadLetter': 'nothing',
  'Subscription.participantCount': 'facts',
  'Subscription.dashboardUpdated': 'facts',
  'Store.events': 'page',
  'Store.totals': 'totals',
  'Service.gateway': 'nothing',
  'Service.topics': 'apart',
  'Service.troubledPartitions': 'apart',
  'Service.deletedUnread': 'apart',
  'Service.platforms': 'apart',
  'Service.deadLetterCounts': 'apart',
  'Service.deadLetters': 'apart',
  'Service.deadLetter': 'apart',
  'Event.dashboard': 'facts',
  'Dashboard.summaryCards': 'nothing',
};

/** Two statements need one state of the database to look at. */
export function readsOf(plan: SelectionPlan): Reads {
  const statements = new Set<Statement | FieldPlan>();
  collect(plan, statements);
  return statements.size > 1 ? 'a snapshot' : 'one statement';
}

const isByItself = (statement: Statement): boolean => statement === 'page' || statement === 'apart';

function collect({ fields, fragments }: SelectionPlan, statements: Set<Statement | FieldPlan>): void {
  for (const field of fields) {
    const { [field.coordinate]: statement = 'nothing' } = STATEMENTS;
    if (statement !== 'nothing') statements.add(isByItself(statement) ? field : statement);
    if (field.selections !== undefined) collect(field.selections, statements);
  }
  for (const fragment of fragments) collect(fragment, statements);
}
