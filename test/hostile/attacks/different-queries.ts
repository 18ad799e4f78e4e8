import { waitFor } from '../../harness/wait-for';
import type { Attack, Scenario } from '../attack';
import { ask, type Answer } from '../clients/http';
import { kindOfMessage, openSocket, subscribe } from '../clients/socket';
import { checkAnswers } from '../checks/answers';

const AT_ONCE = 20;
const ANSWERED_MS = 60_000;

/** A size of queries: valid ones, no two of which are the same. */
interface Size {
  readonly name: string;
  readonly what: string;
  /** So many that what is kept of each would fill the heap. */
  readonly count: number;
  /** Whether they are within the limits. */
  readonly served: boolean;
  readonly query: (number: number) => string;
}

const SIZES: readonly Size[] = [
  {
    name: 'queries-of-93-kb',
    what: '362 different queries of 93 KB as JSON, nearly all of it empty comments',
    count: 362,
    served: false,
    query: (number) => `{ n${number}: __typename }\n${'#\n'.repeat(31_000)}`,
  },
  {
    name: 'queries-of-16-kb',
    what: '1,000 different queries of 16,000 bytes, with comments up to the limit of tokens',
    count: 1_000,
    served: true,
    query: (number) => `{ n${number}: __typename }\n${'#      \n'.repeat(1_950)}`.padEnd(16_000),
  },
];

const TRANSPORTS: Readonly<Record<string, (scenario: Scenario, size: Size) => Promise<void>>> = {
  http: (scenario, size) => overHttp(scenario, size, 'application/json'),
  sse: (scenario, size) => overHttp(scenario, size, 'text/event-stream'),
  websocket: overSocket,
};

/** Each size over each transport: a transport keeps what it has read by itself. */
export const DIFFERENT_QUERIES: readonly Attack[] = SIZES.flatMap((size) =>
  Object.entries(TRANSPORTS).map(([transport, send]) => ({
    name: `${size.name}-${transport}`,
    what: `${size.what}, over ${transport}`,
    isInShort: transport !== 'sse',
    run: (scenario: Scenario) => send(scenario, size),
  })),
);

async function overHttp(scenario: Scenario, { query, count, served }: Size, accept: string): Promise<void> {
  const answers: Answer[] = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, index) => first + index);
    const asked = numbers.map((number) =>
      ask(scenario.origin, { token: scenario.attacker, json: { query: query(number) }, headers: { accept } }),
    );
    answers.push(...(await Promise.all(asked)));
  }
  const allowed = { served, about: /size|long|large|bytes|KiB|tokens/i };
  for (const problem of checkAnswers(answers, allowed, scenario.answerCounts))
    scenario.expect(false, problem);
}

async function overSocket(scenario: Scenario, { query, count, served }: Size): Promise<void> {
  let answered = 0;
  let number = 0;
  const open = () =>
    openSocket(scenario.origin, {
      token: scenario.attacker,
      onMessage(message) {
        if (message.id === undefined) return;
        // A query is answered by its data and by its end.
        if (message.type !== 'complete') scenario.answerCounts.add(kindOfMessage(message));
        if (kindOfMessage(message) === 'next' && !served)
          scenario.expect(false, 'a query was served instead of refused');
        if (message.type !== 'next') answered += 1;
      },
    });
  let socket = scenario.own(await open());
  while (number < count) {
    socket.say(subscribe(String(number), query(number)));
    number += 1;
    const [said, { closed }] = [number, socket];
    await waitFor(() => answered >= said || socket.closed !== undefined, {
      what: `query ${said} to be answered`,
      timeoutMs: ANSWERED_MS,
      everyMs: 1,
    });
    if (closed === undefined && socket.closed === undefined) continue;
    scenario.answerCounts.add(`closed ${socket.closed ?? ''}`);
    answered = number;
    socket = scenario.own(await open());
  }
}
