import type { Attack, Scenario } from '../attack';
import { ask, askTogether, type Question } from '../clients/http';
import { times, TREND, WHOLE_DASHBOARDS } from '../clients/operations';
import { type Allowed, checkAnswers } from '../checks/answers';
import { DASHBOARDS } from '../deployment/shops';

/** What a refusal for the size of what was asked speaks of. */
const TOO_LARGE = /cost|size|tokens|bytes|KiB|aliases|too (?:large|long|many)/i;

/** Operations that ask for far more than usual: one alone, then many at the same moment. */
interface HeavyOperation {
  readonly name: string;
  readonly what: string;
  readonly isInShort?: boolean;
  /** How many are sent together. */
  readonly together: number;
  readonly allowed: Allowed;
  readonly question: (scenario: Scenario) => unknown;
}

const POINTS = 1_600;

const OPERATIONS: readonly HeavyOperation[] = [
  {
    name: 'typenames-of-a-trend',
    what: '28 KB: 1,600 aliases of __typename for each hour of 50 times the same dashboard',
    isInShort: true,
    together: 1_000,
    allowed: { served: false, about: TOO_LARGE },
    question: ({ shops: { large } }) => ({
      query: `query ($eventIds: [UUID!]!) {
        dashboards(eventIds: $eventIds) {
          participationTrend(timeUnit: HOURLY) { dataPoints { ${times(POINTS, (point) => `t${point}: __typename`)} } }
        }
      }`,
      variables: { eventIds: Array.from({ length: DASHBOARDS }, () => large.eventIds[0]) },
    }),
  },
  {
    name: 'hourly-trends',
    what: 'the hourly trend of 50 dashboards under 10 aliases',
    isInShort: true,
    together: 1_000,
    allowed: { served: false, about: TOO_LARGE },
    question: (scenario) => hourlyTrends(scenario, 10),
  },
  {
    name: 'more-hourly-trends',
    what: 'the hourly trend of 50 dashboards under 30 aliases',
    together: 100,
    allowed: { served: false, about: TOO_LARGE },
    question: (scenario) => hourlyTrends(scenario, 30),
  },
  {
    name: 'comparisons',
    what: 'a store of 1,000 events: the comparison of 50 dashboards under 30 aliases',
    together: 100,
    // What the store's events came to is found once, however often it is compared with: it need not be limited.
    allowed: { served: true },
    question: ({ shops: { large } }) => ({
      query: `query ($eventIds: [UUID!]!) {
        ${times(30, (alias) => `d${alias}: dashboards(eventIds: $eventIds) { comparativeAnalysis { previousEventComparison { previousBest } } }`)}
      }`,
      variables: { eventIds: large.eventIds.slice(0, DASHBOARDS) },
    }),
  },
  {
    name: 'all-sections',
    what: '50 dashboards with all their sections',
    isInShort: true,
    together: 20,
    allowed: { served: true },
    question: ({ shops: { large } }) => ({
      query: WHOLE_DASHBOARDS,
      variables: { eventIds: large.eventIds.slice(0, DASHBOARDS) },
    }),
  },
];

function hourlyTrends({ shops: { large } }: Pick<Scenario, 'shops'>, aliases: number) {
  return {
    query: `query ($eventIds: [UUID!]!) {
      dashboards(eventIds: $eventIds) {
        ${times(aliases, (alias) => `a${alias}: ${TREND}`)}
      }
    }`,
    variables: { eventIds: large.eventIds.slice(0, DASHBOARDS) },
  };
}

export const HEAVY_OPERATIONS: readonly Attack[] = OPERATIONS.map(toAttack);

function toAttack({ name, what, isInShort = false, together, allowed, question }: HeavyOperation): Attack {
  return {
    name,
    what: `${what}: once, then ${together} together`,
    isInShort,
    async run(scenario) {
      const asked: Question = { token: scenario.attacker, json: question(scenario) };
      const alone = await ask(scenario.origin, asked);
      scenario.tell(`alone: ${alone.status} after ${Math.round(alone.tookMs)} ms, ${alone.bytes} bytes`);
      expectAll(scenario, [alone], allowed);
      // Of a service that has ended nothing more is learned.
      if (alone.failure !== undefined) return;
      expectAll(
        scenario,
        await askTogether(
          scenario.origin,
          Array.from({ length: together }, () => asked),
        ),
        allowed,
      );
    },
  };
}

function expectAll(
  scenario: Scenario,
  answers: Awaited<ReturnType<typeof askTogether>>,
  allowed: Allowed,
): void {
  for (const problem of checkAnswers(answers, allowed, scenario.answerCounts))
    scenario.expect(false, problem);
}
