import type { Attack, Scenario } from '../attack';
import { type Answer, ask, type Question } from '../clients/http';
import { checkAnswers } from '../checks/answers';

const BAD_TOKENS = 3_000;
/** Half as many again as are served: each of the others waits for its refusal. */
const REQUESTS = 1_500;
const AT_ONCE = 50;
const PER_ADDRESS = 200;
/** A whole dashboard counts for several requests: a usual reader must not meet the limit. */
const PER_TOKEN = 1_000;
const WINDOW_SECONDS = 10;

const env = {
  RATE_LIMIT_SECONDS: String(WINDOW_SECONDS),
  RATE_LIMIT_PER_ADDRESS: String(PER_ADDRESS),
  RATE_LIMIT_PER_TOKEN: String(PER_TOKEN),
};

/** Requests without number, each of which costs nothing. */
export const RATES: readonly Attack[] = [
  {
    name: 'bad-tokens',
    what: '3,000 requests with tokens that do not hold, over REST, HTTP and event streams',
    isInShort: true,
    env,
    async run(scenario) {
      const asked = await askAll(scenario, BAD_TOKENS, (number) => ({
        ...anyTransport(scenario, number),
        token: badToken(number),
      }));
      expectRefused(scenario, asked, PER_ADDRESS);
    },
  },
  {
    name: 'requests-without-number',
    what: '1,500 requests of one token, over REST, HTTP and event streams',
    isInShort: true,
    env,
    async run(scenario) {
      const asked = await askAll(scenario, REQUESTS, (number) => ({
        ...anyTransport(scenario, number),
        token: scenario.attacker,
      }));
      expectRefused(scenario, asked, PER_TOKEN);
    },
  },
];

/** Tokens of the right form with an invalid signature. */
function badToken(number: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [
    part({ alg: 'HS256', typ: 'JWT' }),
    part({ sub: `nobody ${number}`, exp: 4e9 }),
    'A'.repeat(43),
  ].join('.');
}

function anyTransport({ shops }: Scenario, number: number): Question {
  const json = { query: '{ __typename }' };
  if (number % 3 === 0) return { path: `/api/events/${shops.large.eventIds[0]}/analytics` };
  return number % 3 === 1 ? { json } : { json, headers: { accept: 'text/event-stream' } };
}

interface Asked {
  readonly answers: readonly Answer[];
  readonly tookMs: number;
}

async function askAll(
  { origin }: Scenario,
  count: number,
  question: (number: number) => Question,
): Promise<Asked> {
  const begun = performance.now();
  const answers: Answer[] = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const asked = Array.from({ length: AT_ONCE }, (_, index) => ask(origin, question(first + index)));
    answers.push(...(await Promise.all(asked)));
  }
  return { answers, tookMs: performance.now() - begun };
}

function expectRefused(scenario: Scenario, { answers, tookMs }: Asked, limit: number): void {
  for (const problem of checkAnswers(answers, { served: true }, scenario.answerCounts))
    scenario.expect(false, problem);
  // It began within one window, and ended within another.
  const windows = 1 + Math.ceil(tookMs / 1_000 / WINDOW_SECONDS);
  const taken = answers.filter(({ status }) => status !== 429).length;
  scenario.expect(
    taken <= windows * limit,
    `${taken} of ${answers.length} were dealt with, at a limit of ${limit}`,
  );
}
