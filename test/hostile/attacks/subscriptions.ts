import { waitFor } from '../../harness/wait-for';
import { participantRegistered } from '../../harness/messages';
import type { Attack, Scenario } from '../attack';
import { COUNT } from '../clients/operations';
import { kindOfMessage, openSocket, type RawSocket, subscribe } from '../clients/socket';

const ANSWERED_MS = 60_000;
const SUBSCRIPTIONS = 5_000;
const CHURNED = 20_000;
const COHORTS = 200;
const COHORT_SOCKETS = 20;
const REGISTRATIONS = 30;

/** Live operations without number. */
export const SUBSCRIPTIONS_WITHOUT_NUMBER: readonly Attack[] = [
  {
    name: 'subscriptions-on-one-socket',
    what: '5,000 subscriptions on one socket at the same moment',
    isInShort: true,
    async run(scenario) {
      const answered = new Map<string, string>();
      const socket = await open(scenario, answered);
      for (let id = 0; id < SUBSCRIPTIONS; id++) socket.say(subscribe(String(id), COUNT, watched(scenario)));
      await untilAnswered(scenario, socket, () => answered.size >= SUBSCRIPTIONS);
      scenario.expect(
        [...answered.values()].some((kind) => kind !== 'next') || socket.closed !== undefined,
        `${SUBSCRIPTIONS} subscriptions on one socket were all taken`,
      );
    },
  },
  {
    name: 'subscribe-and-complete',
    what: '20,000 times subscribe and complete on one socket',
    isInShort: true,
    async run(scenario) {
      const answered = new Map<string, string>();
      const socket = await open(scenario, answered);
      for (let id = 0; id < CHURNED; id++) {
        socket.say(subscribe(String(id), COUNT, watched(scenario)));
        socket.say({ type: 'complete', id: String(id) });
      }
      // What was completed in time is never answered; the last one stands for all before it.
      socket.say(subscribe('last', COUNT, watched(scenario)));
      await untilAnswered(scenario, socket, () => answered.has('last'));
    },
  },
  {
    name: 'cohorts-on-one-event',
    what: '200 subscriptions on one event that differ in one alias, while people register',
    isInShort: true,
    async run(scenario) {
      const answered = new Map<string, string>();
      const sockets = await Promise.all(
        Array.from({ length: COHORT_SOCKETS }, (_, index) => open(scenario, answered, `${index}/`)),
      );
      for (let cohort = 0; cohort < COHORTS; cohort++)
        sockets[cohort % COHORT_SOCKETS]!.say(
          subscribe(String(cohort), cohortQuery(cohort), watched(scenario)),
        );
      await untilAnswered(
        scenario,
        { closed: undefined },
        () => answered.size >= COHORTS || sockets.every(({ closed }) => closed !== undefined),
      );
      scenario.expect(
        [...answered.values()].some((kind) => kind !== 'next'),
        `${COHORTS} cohorts on one event were all taken`,
      );
      const { eventId } = watched(scenario);
      for (let number = 0; number < REGISTRATIONS; number++)
        await scenario.send('participant.registered', [participantRegistered(eventId)]);
    },
  },
];

function watched({ shops }: Scenario) {
  return { eventId: shops.large.eventIds[0]! };
}

/** Executed once for all who send the same text. */
function cohortQuery(cohort: number): string {
  return `subscription ($eventId: UUID!) { dashboardUpdated(eventId: $eventId) { c${cohort}: eventId
    summaryCards { totalParticipants { count } totalViews { count } roi { value } salesGrowth { rate } }
    participationTrend(timeUnit: HOURLY) { dataPoints { timestamp participantCount } }
    comparativeAnalysis { previousEventComparison { previousBest } } } }`;
}

/** @param answered called with the first answer to each operation, by its id */
async function open(scenario: Scenario, answered: Map<string, string>, prefix = ''): Promise<RawSocket> {
  const socket = await openSocket(scenario.origin, {
    token: scenario.attacker,
    onMessage(message) {
      if (message.id === undefined || answered.has(prefix + message.id)) return;
      answered.set(prefix + message.id, kindOfMessage(message));
      scenario.answerCounts.add(kindOfMessage(message));
    },
  });
  return scenario.own(socket);
}

async function untilAnswered(
  scenario: Scenario,
  socket: Pick<RawSocket, 'closed'>,
  isAnswered: () => boolean,
): Promise<void> {
  await waitFor(() => isAnswered() || socket.closed !== undefined, {
    what: 'what was asked to be answered',
    timeoutMs: ANSWERED_MS,
    everyMs: 5,
  });
  if (socket.closed !== undefined) scenario.answerCounts.add(`closed ${socket.closed}`);
}
