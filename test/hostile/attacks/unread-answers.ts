import { waitFor } from '../../harness/wait-for';
import type { Attack, Scene } from '../attack';
import { type DeafClient, openDeafConnection, openDeafSocket } from '../clients/deaf';
import { ask } from '../clients/http';
import { times, TREND } from '../clients/operations';
import { subscribe } from '../clients/socket';
import { connectionsOf, unreadOf } from '../judge/connections';
import { DASHBOARDS } from '../stage/shops';

const CLIENTS = 20;
const ANSWERED_MS = 90_000;
const LET_GO_MS = 75_000;
/** More than the kernel keeps of them for a connection: some ten megabytes. */
const REST_ANSWERS = 4_000;
const SOCKET_ANSWERS = 300;

/** Whoever asks and does not read: what he is answered waits in the service's memory. */
export const UNREAD_ANSWERS: readonly Attack[] = [
  {
    name: 'large-answers-not-read',
    what: '20 clients that ask for 18 MB each, and read nothing',
    isInShort: false,
    async strike(scene) {
      const eventIds = scene.shops.large.eventIds.slice(0, DASHBOARDS);
      const query = `query ($eventIds: [UUID!]!) { dashboards(eventIds: $eventIds) {
        ${times(3, (alias) => `a${alias}: ${TREND}`)} } }`;
      const body = JSON.stringify({ query, variables: { eventIds } });
      const lines = ['POST /graphql HTTP/1.1', ...headers(scene), 'Content-Type: application/json'];
      const bytes = [...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
      await openClients(scene, () => openDeafConnection(scene.origin, bytes));
      // Only then it waits in the service's memory, or is known to be a refusal.
      await waitFor(() => unreadOf(scene.origin) >= CLIENTS, {
        what: 'all of them to be answered',
        timeoutMs: ANSWERED_MS,
        everyMs: 100,
      });
    },
  },
  {
    name: 'answers-not-read',
    what: '20 clients that ask for the same REST resource 4,000 times on one connection, and read nothing',
    isInShort: false,
    async strike(scene) {
      const path = `/api/events/${scene.shops.large.eventIds[0]}/analytics`;
      // Known by then: what has to be made first would be refused to most of them, in a few words.
      await ask(scene.origin, { token: scene.attacker, path });
      const bytes = [`GET ${path} HTTP/1.1`, ...headers(scene), '', ''].join('\r\n').repeat(REST_ANSWERS);
      await expectLetGo(scene, () => openDeafConnection(scene.origin, bytes));
    },
  },
  {
    name: 'socket-answers-not-read',
    what: '20 sockets that ask for 300 hourly trends each, and read nothing',
    isInShort: false,
    async strike(scene) {
      const eventId = scene.shops.large.eventIds[0]!;
      const query = `query ($eventId: UUID!) { dashboard(eventId: $eventId) { ${TREND} } }`;
      const messages = Array.from({ length: SOCKET_ANSWERS }, (_, id) =>
        subscribe(String(id), query, { eventId }),
      );
      await expectLetGo(scene, () => openDeafSocket(scene.origin, scene.attacker, messages));
    },
  },
];

function headers({ attacker }: Scene): string[] {
  return ['Host: localhost', `Authorization: Bearer ${attacker}`];
}

async function openClients(scene: Scene, open: () => Promise<DeafClient>): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, open));
  for (const client of clients) scene.own(client);
  scene.told.add('nothing that was read');
}

async function expectLetGo(scene: Scene, open: () => Promise<DeafClient>): Promise<void> {
  const before = connectionsOf(scene.origin);
  await openClients(scene, open);
  const left = (): number => connectionsOf(scene.origin) - before;
  await waitFor(() => left() <= 0, {
    what: 'all who do not read to be let go',
    timeoutMs: LET_GO_MS,
    everyMs: 250,
  }).catch(() => scene.expect(false, `${left()} of ${CLIENTS} who do not read were not let go`));
}
