import { exchangeBytes, parseAnswer } from '../../harness/contract/raw-socket';
import { waitFor } from '../../harness/wait-for';
import type { Attack, Scenario } from '../attack';
import { ask } from '../clients/http';
import { openSocket } from '../clients/socket';
import { kindOf } from '../checks/answers';

const TOLD_MS = 30_000;
const PATHS = ['/api/health', '/graphql', '/metrics', '/readyz'];
const SPELLINGS = ['/READYZ', '/readyz/', '/metrics/', '/Metrics', '/graphql//', '/GRAPHQL', '/api/HEALTH'];

/** Requests that proxies and services may read differently, and what a refusal reveals. */
export const LETTERS: readonly Attack[] = [
  {
    name: 'letters-of-http',
    what: 'two hosts, absolute addresses, other spellings of a path that a proxy keeps to itself',
    isInShort: true,
    run: otherSpellings,
  },
  {
    name: 'token-in-a-ping',
    what: 'a ping that carries a token, whose pong others could read',
    isInShort: true,
    run: pingWithToken,
  },
  {
    name: 'refused-tokens',
    what: 'tokens that do not hold, over REST and GraphQL: told why, and not in the log',
    isInShort: true,
    run: refusedTokens,
  },
];

async function otherSpellings(scenario: Scenario): Promise<void> {
  const say = async (...lines: readonly string[]) => {
    const answer = parseAnswer(
      await exchangeBytes(scenario.origin, [...lines, 'Connection: close', '', ''].join('\r\n')),
    );
    scenario.answerCounts.add(String(answer.status));
    return answer.status;
  };
  for (const path of PATHS) {
    const twoHosts = await say(`GET ${path} HTTP/1.1`, 'Host: here', 'Host: there');
    scenario.expect(twoHosts === 400, `two hosts for ${path} were answered ${twoHosts}`);
    const { headers } = await ask(scenario.origin, { path });
    scenario.expect(headers['x-content-type-options'] === 'nosniff', `${path} may be sniffed`);
  }
  const absolute = await say('GET http://elsewhere.example/api/health HTTP/1.1', 'Host: here');
  scenario.expect(absolute === 200, `an absolute address was answered ${absolute}`);
  for (const path of SPELLINGS) {
    const other = await say(`GET ${path} HTTP/1.1`, 'Host: here');
    scenario.expect(other === 404, `${path} was answered ${other}`);
  }
}

async function pingWithToken(scenario: Scenario): Promise<void> {
  const said: string[] = [];
  const socket = scenario.own(
    await openSocket(scenario.origin, {
      token: scenario.attacker,
      onMessage: (message) => said.push(JSON.stringify(message)),
    }),
  );
  socket.say({ type: 'ping', payload: { authorization: `Bearer ${scenario.attacker}` } });
  await waitFor(() => socket.count('pong') > 0, { what: 'a pong', timeoutMs: TOLD_MS });
  scenario.answerCounts.add('pong');
  scenario.expect(!said.join().includes(scenario.attacker), 'a pong carries the token of its ping');
}

async function refusedTokens(scenario: Scenario): Promise<void> {
  const token = `${scenario.attacker.slice(0, -4)}AAAA`;
  const questions = [
    { path: `/api/events/${scenario.shops.large.eventIds[0]}/analytics` },
    { json: { query: '{ __typename }' } },
    { json: { query: '{ __typename }' }, headers: { accept: 'text/event-stream' } },
  ];
  for (const question of questions) {
    const answer = await ask(scenario.origin, { ...question, token });
    scenario.answerCounts.add(kindOf(answer));
    scenario.expect(answer.status === 401, `a token that does not hold was answered ${answer.status}`);
    const challenge = answer.headers['www-authenticate'] ?? 'nothing';
    scenario.expect(
      challenge.includes('error="invalid_token"'),
      `WWW-Authenticate has ${challenge} for a token that does not hold`,
    );
  }
  const { body } = await ask(scenario.origin, { path: '/metrics' });
  const counted = Number(/analytics_tokens_refused_total\{reason="signature"\} (\d+)/.exec(body)?.[1] ?? 0);
  scenario.expect(counted >= questions.length, `${counted} refusals for a signature are counted`);
}
