import type { Attack, Scene } from '../attack';
import { type Answer, ask, type Question } from '../clients/http';
import { judgeAnswers } from '../judge/answers';

const REQUESTS = 3_000;
const AT_ONCE = 50;
const PER_ADDRESS = 200;
const PER_TOKEN = 500;
/** Longer than the attack takes: what it may have is counted once, or twice where it runs into the next window. */
const WINDOW_SECONDS = 60;
const WINDOWS = 2;

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
    async strike(scene) {
      const answers = await askAll(scene, (number) => ({
        ...anyTransport(scene, number),
        token: badToken(number),
      }));
      expectRefused(scene, answers, PER_ADDRESS);
    },
  },
  {
    name: 'requests-without-number',
    what: '3,000 requests of one token, over REST, HTTP and event streams',
    isInShort: true,
    env,
    async strike(scene) {
      const answers = await askAll(scene, (number) => ({
        ...anyTransport(scene, number),
        token: scene.attacker,
      }));
      expectRefused(scene, answers, PER_TOKEN);
    },
  },
];

/** Of the right form, and signed by nobody. */
function badToken(number: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [
    part({ alg: 'HS256', typ: 'JWT' }),
    part({ sub: `nobody ${number}`, exp: 4e9 }),
    'A'.repeat(43),
  ].join('.');
}

function anyTransport({ shops }: Scene, number: number): Question {
  const json = { query: '{ __typename }' };
  if (number % 3 === 0) return { path: `/api/events/${shops.large.eventIds[0]}/analytics` };
  return number % 3 === 1 ? { json } : { json, headers: { accept: 'text/event-stream' } };
}

async function askAll({ origin }: Scene, question: (number: number) => Question): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let first = 0; first < REQUESTS; first += AT_ONCE) {
    const asked = Array.from({ length: AT_ONCE }, (_, index) => ask(origin, question(first + index)));
    answers.push(...(await Promise.all(asked)));
  }
  return answers;
}

function expectRefused(scene: Scene, answers: readonly Answer[], limit: number): void {
  for (const problem of judgeAnswers(answers, { served: true }, scene.told)) scene.expect(false, problem);
  const taken = answers.filter(({ status }) => status !== 429).length;
  scene.expect(
    taken <= WINDOWS * limit,
    `${taken} of ${answers.length} were dealt with, at a limit of ${limit}`,
  );
}
