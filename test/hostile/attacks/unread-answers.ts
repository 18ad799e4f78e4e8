import { waitFor } from '../../harness/wait-for';
import type { Attack, Scenario } from '../attack';
import { type DeafClient, openDeafConnection, openDeafSocket } from '../clients/deaf';
import { ask } from '../clients/http';
import { hourlyTrends, largestServed } from '../clients/largest';
import { times, TREND } from '../clients/operations';
import { subscribe } from '../clients/socket';
import { connectionsOf, unreadOf } from '../checks/connections';
import { DASHBOARDS } from '../deployment/shops';

const CLIENTS = 20;
const ANSWERED_MS = 90_000;
const LET_GO_MS = 75_000;
/** More than the kernel keeps for a connection: some four megabytes. */
const TRENDS = 8;
const RESOURCES = 4_000;
const SOCKET_ANSWERS = 300;

/** Clients that ask and do not read: their answers wait in the service's memory. */
export const UNREAD_ANSWERS: readonly Attack[] = [
  {
    name: 'large-answers-not-read',
    what: '20 clients that ask for 18 MB each, and read nothing',
    isInShort: false,
    async run(scenario) {
      const eventIds = scenario.shops.large.eventIds.slice(0, DASHBOARDS);
      const query = `query ($eventIds: [UUID!]!) { dashboards(eventIds: $eventIds) {
        ${times(3, (alias) => `a${alias}: ${TREND}`)} } }`;
      const bytes = toPost(scenario.attacker, { query, variables: { eventIds } });
      await untilAnswered(scenario, () => openDeafConnection(scenario.origin, bytes));
    },
  },
  {
    name: 'answers-not-read',
    what: '20 readers who each ask 8 times for as many hourly trends as are served, and read nothing',
    isInShort: true,
    async run(scenario) {
      const operation = await largestServed(scenario, hourlyTrends);
      await untilAnswered(scenario, (number) =>
        openDeafConnection(scenario.origin, toPost(scenario.accomplice(number), operation).repeat(TRENDS)),
      );
    },
  },
  {
    name: 'requests-ahead-of-answers',
    what: '20 clients that send 4,000 requests on one connection, and read nothing',
    isInShort: true,
    async run(scenario) {
      const path = `/api/events/${scenario.shops.large.eventIds[0]}/analytics`;
      // Known by then: what has to be made first would be refused to most of them, in a few words.
      await ask(scenario.origin, { token: scenario.attacker, path });
      const bytes = [`GET ${path} HTTP/1.1`, ...headers(scenario.attacker), '', '']
        .join('\r\n')
        .repeat(RESOURCES);
      await untilAnswered(scenario, () => openDeafConnection(scenario.origin, bytes));
    },
  },
  {
    name: 'socket-answers-not-read',
    what: '20 sockets that ask for 300 hourly trends each, and read nothing',
    isInShort: false,
    async run(scenario) {
      const eventId = scenario.shops.large.eventIds[0]!;
      const query = `query ($eventId: UUID!) { dashboard(eventId: $eventId) { ${TREND} } }`;
      const messages = Array.from({ length: SOCKET_ANSWERS }, (_, id) =>
        subscribe(String(id), query, { eventId }),
      );
      await expectLetGo(scenario, () => openDeafSocket(scenario.origin, scenario.attacker, messages));
    },
  },
];

function headers(token: string): string[] {
  return ['Host: localhost', `Authorization: Bearer ${token}`];
}

function toPost(token: string, operation: unknown): string {
  const body = JSON.stringify(operation);
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const lines = ['POST /graphql HTTP/1.1', ...headers(token), 'Content-Type: application/json', length];
  return [...lines, '', body].join('\r\n');
}

type Open = (number: number) => Promise<DeafClient>;

async function openClients(scenario: Scenario, open: Open): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, (_, number) => open(number)));
  for (const client of clients) scenario.own(client);
  scenario.answerCounts.add('nothing that was read');
}

/** Only then it waits in the service's memory, or is known to be a refusal, or they have been hung up on. */
async function untilAnswered(scenario: Scenario, open: Open): Promise<void> {
  const before = connectionsOf(scenario.origin);
  await openClients(scenario, open);
  const left = (): number => connectionsOf(scenario.origin) - before;
  await waitFor(() => unreadOf(scenario.origin) >= CLIENTS || left() <= 0, {
    what: 'all of them to be answered',
    timeoutMs: ANSWERED_MS,
    everyMs: 100,
  });
}

async function expectLetGo(scenario: Scenario, open: Open): Promise<void> {
  const before = connectionsOf(scenario.origin);
  await openClients(scenario, open);
  const left = (): number => connectionsOf(scenario.origin) - before;
  await waitFor(() => left() <= 0, {
    what: 'all who do not read to be let go',
    timeoutMs: LET_GO_MS,
    everyMs: 250,
  }).catch(() => scenario.expect(false, `${left()} of ${CLIENTS} who do not read were not let go`));
}
