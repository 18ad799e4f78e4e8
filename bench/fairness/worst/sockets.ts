import { setTimeout as pause } from 'node:timers/promises';
import { COUNT } from '../../../test/hostile/clients/operations';
import { kindOfMessage, openSocket, type RawSocket, subscribe } from '../../../test/hostile/clients/socket';
import { waitFor } from '../../../test/harness/wait-for';
import { atOnce, type Victim, type Worst } from './worst';

const CHURNING = 4;
const QUERYING = 2;
const PINGING = 1;
const CHURNED = 50;
const PINGS = 1_000;
const PATIENCE_MS = 30_000;
/** Reconnecting without a pause would only fill the machine with half-open connections. */
const REOPEN_MS = 10;

/** Sends a message and waits for its answer. */
type Say = (
  socket: RawSocket,
  answered: () => ReadonlySet<string>,
  victim: Victim,
  number: number,
) => Promise<void>;

const churn: Say = async (socket, answered, { eventIds }, number) => {
  const eventId = eventIds[number % eventIds.length];
  for (let each = 0; each < CHURNED; each++) {
    socket.say(subscribe(`${number}/${each}`, COUNT, { eventId }));
    socket.say({ type: 'complete', id: `${number}/${each}` });
  }
  const last = `${number}/last`;
  socket.say(subscribe(last, COUNT, { eventId }));
  await untilAnswered(socket, () => answered().has(last));
  socket.say({ type: 'complete', id: last });
};

const query: Say = async (socket, answered, { largest }, number) => {
  const { query: text, variables } = largest[number % largest.length]!;
  socket.say(subscribe(String(number), text, variables));
  await untilAnswered(socket, () => answered().has(String(number)));
};

const ping: Say = async (socket) => {
  const wanted = socket.count('pong') + PINGS;
  for (let each = 0; each < PINGS; each++) socket.say('{"type":"ping"}');
  await untilAnswered(socket, () => socket.count('pong') >= wanted);
};

export const subscriptions: Worst = (victim) => onSockets(CHURNING, victim, 'subscription', churn);
export const socketQueries: Worst = (victim) => onSockets(QUERYING, victim, 'socket query', query);
export const pings: Worst = (victim) => onSockets(PINGING, victim, 'pings', ping);

/** Sends it again and again on many sockets, each of which is reopened when it is closed. */
function onSockets(count: number, victim: Victim, what: string, say: Say): Promise<void> {
  return atOnce(count, victim, async () => {
    let answered = new Set<string>();
    const socket = await openSocket(victim.origin, {
      token: victim.token,
      onMessage(message) {
        if (message.id === undefined || answered.has(message.id)) return;
        answered.add(message.id);
        victim.answerCounts.add(`${what} ${kindOfMessage(message)}`);
      },
    }).catch(() => undefined);
    for (let number = 0; socket?.closed === undefined && socket !== undefined && !victim.isOver(); number++) {
      answered = new Set();
      await say(socket, () => answered, victim, number);
    }
    victim.answerCounts.add(`${what} ${socket?.closed ?? (socket === undefined ? 'not let in' : 'went on')}`);
    socket?.close();
    await pause(REOPEN_MS);
  });
}

async function untilAnswered(socket: RawSocket, isAnswered: () => boolean): Promise<void> {
  await waitFor(() => isAnswered() || socket.closed !== undefined, {
    what: 'an answer',
    timeoutMs: PATIENCE_MS,
    everyMs: 1,
  }).catch(() => socket.close());
}
