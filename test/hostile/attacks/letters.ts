import { exchangeBytes, parseAnswer } from '../../harness/contract/raw-socket';
import { waitFor } from '../../harness/wait-for';
import type { Attack, Scene } from '../attack';
import { ask } from '../clients/http';
import { openSocket } from '../clients/socket';
import { kindOf } from '../judge/answers';

const TOLD_MS = 30_000;
const PATHS = ['/api/health', '/graphql', '/metrics', '/readyz'];
const SPELLINGS = ['/READYZ', '/readyz/', '/metrics/', '/Metrics', '/graphql/', '/GRAPHQL', '/api/HEALTH'];

/** What proxies and services may read in two ways, and what is told to whoever is refused. */
export const LETTERS: readonly Attack[] = [
  {
    name: 'letters-of-http',
    what: 'two hosts, absolute addresses, other spellings of a path that a proxy keeps to itself',
    isInShort: true,
    strike: otherSpellings,
  },
  {
    name: 'token-in-a-ping',
    what: 'a ping that carries a token, whose pong others could read',
    isInShort: true,
    strike: pingWithToken,
  },
  {
    name: 'refused-tokens',
    what: 'tokens that do not hold, over REST and GraphQL: told why, and not in the log',
    isInShort: true,
    strike: refusedTokens,
  },
];

async function otherSpellings(scene: Scene): Promise<void> {
  const say = async (...lines: readonly string[]) => {
    const answer = parseAnswer(
      await exchangeBytes(scene.origin, [...lines, 'Connection: close', '', ''].join('\r\n')),
    );
    scene.told.add(String(answer.status));
    return answer.status;
  };
  for (const path of PATHS) {
    const twoHosts = await say(`GET ${path} HTTP/1.1`, 'Host: here', 'Host: there');
    scene.expect(twoHosts === 400, `two hosts for ${path} were answered ${twoHosts}`);
    const { headers } = await ask(scene.origin, { path });
    scene.expect(headers['x-content-type-options'] === 'nosniff', `${path} may be sniffed`);
  }
  const absolute = await say('GET http://elsewhere.example/api/health HTTP/1.1', 'Host: here');
  scene.expect(absolute === 200, `an absolute address was answered ${absolute}`);
  for (const path of SPELLINGS) {
    const other = await say(`GET ${path} HTTP/1.1`, 'Host: here');
    scene.expect(other === 404, `${path} was answered ${other}`);
  }
}

async function pingWithToken(scene: Scene): Promise<void> {
  const said: string[] = [];
  const socket = scene.own(
    await openSocket(scene.origin, {
      token: scene.attacker,
      onMessage: (message) => said.push(JSON.stringify(message)),
    }),
  );
  socket.say({ type: 'ping', payload: { authorization: `Bearer ${scene.attacker}` } });
  await waitFor(() => socket.count('pong') > 0, { what: 'a pong', timeoutMs: TOLD_MS });
  scene.told.add('pong');
  scene.expect(!said.join().includes(scene.attacker), 'a pong carries the token of its ping');
}

async function refusedTokens(scene: Scene): Promise<void> {
  const token = `${scene.attacker.slice(0, -4)}AAAA`;
  const questions = [
    { path: `/api/events/${scene.shops.large.eventIds[0]}/analytics` },
    { json: { query: '{ __typename }' } },
    { json: { query: '{ __typename }' }, headers: { accept: 'text/event-stream' } },
  ];
  for (const question of questions) {
    const answer = await ask(scene.origin, { ...question, token });
    scene.told.add(kindOf(answer));
    scene.expect(answer.status === 401, `a token that does not hold was answered ${answer.status}`);
    const challenge = answer.headers['www-authenticate'] ?? 'nothing';
    scene.expect(
      challenge.includes('error="invalid_token"'),
      `WWW-Authenticate has ${challenge} for a token that does not hold`,
    );
  }
  const { body } = await ask(scene.origin, { path: '/metrics' });
  const counted = Number(/analytics_tokens_refused_total\{reason="signature"\} (\d+)/.exec(body)?.[1] ?? 0);
  scene.expect(counted >= questions.length, `${counted} refusals for a signature are counted`);
}
