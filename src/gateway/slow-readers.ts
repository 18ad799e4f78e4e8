import type { Server } from 'node:http';
import type { OpenAnswers } from './open-answers';

/**
 * Lets go of clients that do not take in what is sent to them: each would hold its answer in memory for as long as it
 * likes. Who takes in anything at all has the time anew (Node looks at what is left of a pending write before it tells
 * of a time-out), as has who waits for an answer that is still being made. Sockets that have become WebSockets are
 * their own keepers'.
 *
 * @param patienceMs for how long nothing may be taken in; up to twice that, since Node compares from one look to the next
 */
export function letSlowReadersGo(server: Server, answers: OpenAnswers, patienceMs: number): void {
  server.setTimeout(patienceMs, (socket) => {
    const [open] = answers.on(socket);
    // Nothing waits to be taken in, but something will: an answer that takes long, or a stream between two values.
    if (open !== undefined && socket.writableLength === 0) socket.setTimeout(patienceMs);
    else socket.destroy();
  });
}
