import type { Server } from 'node:http';
import type { UnfinishedAnswers } from './unfinished-answers';

/**
 * Closes the connections of slow consumers: each would keep its answer in memory for as long as it likes. The time starts
 * again when a client reads anything (Node looks at the rest of a pending write before it emits a timeout), and while its
 * answer is being made. Sockets that have become WebSockets have their own limit.
 *
 * @param timeoutMs for how long a client may read nothing; up to twice that, since Node compares from one check to the next
 */
export function closeSlowConsumers(server: Server, answers: UnfinishedAnswers, timeoutMs: number): void {
  server.setTimeout(timeoutMs, (socket) => {
    const [open] = answers.on(socket);
    // Nothing waits to be read yet: the answer takes long, or a stream is between two values.
    if (open !== undefined && socket.writableLength === 0) socket.setTimeout(timeoutMs);
    else socket.destroy();
  });
}
