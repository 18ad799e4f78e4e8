import { waitFor } from '../../harness/wait-for';
import type { Attack, Scenario } from '../attack';
import { askTogether, type Question } from '../clients/http';
import { COUNT } from '../clients/operations';
import { kindOfMessage, openSocket, type RawSocket, subscribe } from '../clients/socket';
import { checkAnswers } from '../checks/answers';

const TIMES = 50;
const ANSWERED_MS = 30_000;
/** As deep as the limit of tokens allows, and deeper than a recursion can go. */
const DEEP = [900, 2_400].map(
  (depth) => `{ dashboards(eventIds: ${'['.repeat(depth)}${']'.repeat(depth)}) { eventId } }`,
);
/** A close code of the protocol's for what the client did wrong; 4500 and 1011 would say that we did. */
const CLIENT_ERROR = /^4[0-4]\d\d\b/;
const OUR_ERROR = /INTERNAL|UNAVAILABLE/;

/** Mistakes of clients, some of them defaults of libraries: answered as the client's error and not logged. */
export const MISTAKES: readonly Attack[] = [
  {
    name: 'deep-literals',
    what: 'lists of lists, 900 and 2,400 deep, over HTTP and event streams',
    isInShort: true,
    run: (scenario) =>
      overHttp(scenario, (number) => ({
        json: { query: DEEP[number % DEEP.length] },
        ...(number % 4 < 2 && { headers: { accept: 'text/event-stream' } }),
      })),
  },
  {
    name: 'wrong-query-hash',
    what: 'a persisted query under a hash that is not its own',
    isInShort: true,
    run: (scenario) =>
      overHttp(scenario, () => ({
        json: {
          query: '{ __typename }',
          extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } },
        },
      })),
  },
  {
    name: 'subscription-over-http',
    what: 'a subscription as an ordinary POST',
    isInShort: true,
    run: (scenario) =>
      overHttp(scenario, () => ({
        json: { query: COUNT, variables: { eventId: scenario.shops.large.eventIds[0] } },
      })),
  },
  {
    name: 'deep-literals-on-a-socket',
    what: 'lists of lists, 900 and 2,400 deep, over WebSocket',
    isInShort: true,
    run: (scenario) =>
      overSockets(scenario, scenario.attacker, (number) => subscribe('deep', DEEP[number % DEEP.length]!)),
  },
  {
    name: 'acknowledged-by-a-client',
    what: 'a connection_ack from a client, ahead of any token',
    isInShort: true,
    run: (scenario) => overSockets(scenario, undefined, () => ({ type: 'connection_ack' })),
  },
];

async function overHttp(scenario: Scenario, question: (number: number) => Question): Promise<void> {
  const questions = Array.from({ length: TIMES }, (_, number) => ({
    ...question(number),
    token: scenario.attacker,
  }));
  const answers = await askTogether(scenario.origin, questions);
  for (const problem of checkAnswers(answers, { served: false }, scenario.answerCounts))
    scenario.expect(false, problem);
}

/** Says something on each of many sockets. */
async function overSockets(
  scenario: Scenario,
  token: string | undefined,
  says: (number: number) => Parameters<RawSocket['say']>[0],
): Promise<void> {
  const sayOnce = async (number: number): Promise<void> => {
    const errors: string[] = [];
    const socket = await openSocket(scenario.origin, {
      ...(token !== undefined && { token }),
      onMessage: (message) => message.id !== undefined && errors.push(kindOfMessage(message)),
    });
    scenario.own(socket);
    socket.say(says(number));
    await waitFor(() => errors.length > 0 || socket.closed !== undefined, {
      what: 'an error for the mistake',
      timeoutMs: ANSWERED_MS,
    });
    const told = errors[0] ?? socket.closed ?? '';
    scenario.answerCounts.add(told);
    const isClients = errors.length > 0 ? !OUR_ERROR.test(told) : CLIENT_ERROR.test(told);
    scenario.expect(isClients, `a client's mistake was answered with ${told}`);
  };
  await Promise.all(Array.from({ length: TIMES }, (_, number) => sayOnce(number)));
}
