import { once } from 'node:events';
import WebSocket from 'ws';

/** A socket may be taken so few messages a second of that one alone would measure nothing but that. */
const SOCKETS = 200;
const MOST_OF_TOKEN = 90;

const fleets = new Map();

/**
 * WebSockets (graphql-transport-ws) to one server, opened when they are first asked for, as many for each token.
 *
 * @returns sends operations over them, so many at a time over all, each as soon as another is answered and over the next
 *   socket
 */
export async function openSockets({ url, requests }) {
  // Two works ask with other tokens, or for something else.
  const key = url + requests[0].body + requests[0].headers.authorization;
  if (!fleets.has(key)) {
    for (const [other, fleet] of fleets) if (other.startsWith(url)) close(fleet, other);
    fleets.set(key, await open(url, requests));
  }
  const fleet = fleets.get(key);
  return (load) => send(fleet, load);
}

function send(fleet, { connections, seconds, isGood, onAnswer }) {
  const sentAt = new Map();
  let [asked, failed] = [0, 0];
  const until = performance.now() + seconds * 1_000;
  const ask = () => {
    const { socket, operations } = fleet.sockets[asked % fleet.sockets.length];
    const id = String((asked += 1));
    const payload = operations[Math.floor(asked / fleet.sockets.length) % operations.length];
    sentAt.set(id, performance.now());
    socket.send(JSON.stringify({ id, type: 'subscribe', payload }));
  };
  return new Promise((resolve, reject) => {
    fleet.onFailure = reject;
    fleet.onAnswer = (id, type, text) => {
      if (type !== 'next' || !isGood(text)) failed += 1;
      onAnswer(performance.now() - sentAt.get(id));
      sentAt.delete(id);
      if (performance.now() < until) ask();
      else if (sentAt.size === 0) resolve(failed);
    };
    for (let count = 0; count < connections; count++) ask();
  });
}

/** The sockets of different tokens by turns. */
async function open(url, requests) {
  const byToken = new Map();
  for (const { headers, body } of requests) {
    const operations = byToken.get(headers.authorization) ?? [];
    byToken.set(headers.authorization, [...operations, JSON.parse(body)]);
  }
  const ofToken = Math.min(MOST_OF_TOKEN, Math.ceil(SOCKETS / byToken.size));
  const fleet = { sockets: [], onAnswer: () => undefined, onFailure: () => undefined };
  const address = url.replace(/^http/, 'ws') + requests[0].path;
  for (let round = 0; round < ofToken; round++)
    for (const [authorization, operations] of byToken)
      fleet.sockets.push({ socket: await openSocket(address, authorization, fleet), operations });
  return fleet;
}

async function openSocket(address, authorization, fleet) {
  const socket = new WebSocket(address, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  await once(socket, 'message');
  socket.on('close', (code, reason) => fleet.onFailure(new Error(`closed: ${code} ${reason}`)));
  socket.on('error', (error) => fleet.onFailure(error));
  socket.on('message', (data) => {
    const text = data.toString();
    const { type, id } = JSON.parse(text);
    if (type === 'ping') socket.send('{"type":"pong"}');
    // An operation's only value is what is waited for.
    else if (type !== 'complete') fleet.onAnswer(id, type, text);
  });
  return socket;
}

function close({ sockets }, key) {
  for (const { socket } of sockets) socket.removeAllListeners('close').close();
  fleets.delete(key);
}
