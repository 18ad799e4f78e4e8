import { randomUUID } from 'node:crypto';
import { ask } from '../../../test/hostile/clients/http';
import { times, TREND } from '../../../test/hostile/clients/operations';
import { kindOf } from '../../../test/hostile/checks/answers';
import { atOnce, type Victim, type Worst } from './worst';

const QUERIES_AT_ONCE = 16;
const RESOURCES_AT_ONCE = 16;
const DASHBOARDS = 50;

/** Operations within the limits, above them, and never cached. */
const QUERIES: readonly ((victim: Victim, number: number) => unknown)[] = [
  ({ largest }, number) => largest[number % largest.length],
  ({ eventIds }) => ({
    query: `query ($eventIds: [UUID!]!) { dashboards(eventIds: $eventIds) { ${times(10, (alias) => `a${alias}: ${TREND}`)} } }`,
    variables: { eventIds: eventIds.slice(0, DASHBOARDS) },
  }),
  (_victim, number) => ({ query: `{ n${number}: __typename }\n${'#      \n'.repeat(1_950)}`.padEnd(16_000) }),
];

export const queries: Worst = (victim) =>
  atOnce(QUERIES_AT_ONCE, victim, async (number) => {
    const json = QUERIES[number % QUERIES.length]!(victim, number);
    const answer = await ask(victim.origin, { token: victim.token, json });
    victim.answerCounts.add(`HTTP ${kindOf(answer)}`);
  });

/** Requests that are never cached: each own event once, then unknown events. */
export const resources: Worst = (victim) =>
  atOnce(RESOURCES_AT_ONCE, victim, async (number) => {
    const eventId = victim.eventIds[number] ?? randomUUID();
    const answer = await ask(victim.origin, {
      token: victim.token,
      path: `/api/events/${eventId}/analytics`,
    });
    victim.answerCounts.add(`REST ${kindOf(answer)}`);
  });
