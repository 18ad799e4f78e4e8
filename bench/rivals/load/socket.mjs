import { once } from 'node:events';
import WebSocket from 'ws';

/**
 * Sends operations over one WebSocket (graphql-transport-ws), so many at a time, each as soon as another is answered. All of
 * them are asked with the token of the first.
 */
export async function overSocket({ url, connections, seconds, requests, isGood, onAnswer }) {
  const socket = new WebSocket(url.replace(/^http/, 'ws') + requests[0].path, 'graphql-transport-ws');
  await once(socket, 'open');
  const say = (message) => socket.send(JSON.stringify(message));
  say({ type: 'connection_init', payload: { authorization: requests[0].headers.authorization } });
  await once(socket, 'message');
  const operations = requests.map(({ body }) => JSON.parse(body));
  const sentAt = new Map();
  const until = performance.now() + seconds * 1_000;
  let [asked, failed] = [0, 0];
  const ask = () => {
    const id = String((asked += 1));
    sentAt.set(id, performance.now());
    say({ id, type: 'subscribe', payload: operations[asked % operations.length] });
  };
  await new Promise((resolve, reject) => {
    socket.on('close', (code, reason) => reject(new Error(`closed: ${code} ${reason}`)));
    socket.on('error', reject);
    socket.on('message', (data) => {
      const text = data.toString();
      const { type, id } = JSON.parse(text);
      if (type === 'ping') return say({ type: 'pong' });
      if (type === 'complete') return;
      if (type !== 'next' || !isGood(text)) failed += 1;
      onAnswer(performance.now() - sentAt.get(id));
      sentAt.delete(id);
      if (performance.now() < until) ask();
      else if (sentAt.size === 0) resolve();
    });
    for (let count = 0; count < connections; count++) ask();
  });
  socket.removeAllListeners('close');
  socket.close();
  return failed;
}
