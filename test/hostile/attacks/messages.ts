import { waitFor } from '../../harness/wait-for';
import type { Attack, Scenario } from '../attack';
import { COUNT } from '../clients/operations';
import { kindOfMessage, openSocket, type RawSocket, subscribe } from '../clients/socket';

const ANSWERED_MS = 60_000;
const PINGS = 100_000;
const LONG_IDS = 500;
const LONG_ID_BYTES = 89_000;

/** Messages of the protocol itself, whatever they are about. */
export const MESSAGES: readonly Attack[] = [
  {
    name: 'pings',
    what: '100,000 pings on one socket',
    isInShort: true,
    async run(scenario) {
      const socket = scenario.own(await openSocket(scenario.origin, { token: scenario.attacker }));
      for (let ping = 0; ping < PINGS; ping++) socket.say('{"type":"ping"}');
      await untilDone(scenario, socket, () => socket.count('pong') >= PINGS);
      scenario.answerCounts.add(`pong after each of ${socket.count('pong')}`);
    },
  },
  {
    name: 'long-ids',
    what: '500 subscriptions under ids of 89 KB',
    isInShort: true,
    async run(scenario) {
      const eventId = scenario.shops.large.eventIds[0]!;
      let answered = 0;
      const onMessage = (message: Parameters<typeof kindOfMessage>[0]): void => {
        if (message.id === undefined) return;
        answered += 1;
        scenario.answerCounts.add(kindOfMessage(message));
      };
      const socket = scenario.own(await openSocket(scenario.origin, { token: scenario.attacker, onMessage }));
      for (let number = 0; number < LONG_IDS; number++)
        socket.say(subscribe(String(number).padStart(LONG_ID_BYTES, 'x'), COUNT, { eventId }));
      await untilDone(scenario, socket, () => answered >= LONG_IDS);
      scenario.expect(
        socket.closed !== undefined || socket.count('error') > 0,
        `all of ${LONG_IDS} ids of ${LONG_ID_BYTES} bytes were taken`,
      );
    },
  },
];

async function untilDone(scenario: Scenario, socket: RawSocket, isDone: () => boolean): Promise<void> {
  await waitFor(() => isDone() || socket.closed !== undefined, {
    what: 'what was said to be answered',
    timeoutMs: ANSWERED_MS,
    everyMs: 5,
  });
  if (socket.closed !== undefined) scenario.answerCounts.add(`closed ${socket.closed}`);
}
