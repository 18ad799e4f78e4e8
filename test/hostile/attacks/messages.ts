import { waitFor } from '../../harness/wait-for';
import type { Attack, Scene } from '../attack';
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
    async strike(scene) {
      const socket = scene.own(await openSocket(scene.origin, { token: scene.attacker }));
      for (let ping = 0; ping < PINGS; ping++) socket.say('{"type":"ping"}');
      await untilDone(scene, socket, () => socket.count('pong') >= PINGS);
      scene.told.add(`pong after each of ${socket.count('pong')}`);
    },
  },
  {
    name: 'long-ids',
    what: '500 subscriptions under ids of 89 KB',
    isInShort: true,
    async strike(scene) {
      const eventId = scene.shops.large.eventIds[0]!;
      let answered = 0;
      const onMessage = (message: Parameters<typeof kindOfMessage>[0]): void => {
        if (message.id === undefined) return;
        answered += 1;
        scene.told.add(kindOfMessage(message));
      };
      const socket = scene.own(await openSocket(scene.origin, { token: scene.attacker, onMessage }));
      for (let number = 0; number < LONG_IDS; number++)
        socket.say(subscribe(String(number).padStart(LONG_ID_BYTES, 'x'), COUNT, { eventId }));
      await untilDone(scene, socket, () => answered >= LONG_IDS);
      scene.expect(
        socket.closed !== undefined || socket.count('error') > 0,
        `all of ${LONG_IDS} ids of ${LONG_ID_BYTES} bytes were taken`,
      );
    },
  },
];

async function untilDone(scene: Scene, socket: RawSocket, isDone: () => boolean): Promise<void> {
  await waitFor(() => isDone() || socket.closed !== undefined, {
    what: 'what was said to be answered',
    timeoutMs: ANSWERED_MS,
    everyMs: 5,
  });
  if (socket.closed !== undefined) scene.told.add(`closed ${socket.closed}`);
}
