import { connect } from 'node:net';

/** Sends raw bytes and returns the answer up to the end of the connection. */
export function exchangeBytes(origin: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.once('close', () => resolve(Buffer.concat(received).toString()));
    socket.once('connect', () => socket.write(bytes));
    socket.setTimeout(10_000, () =>
      socket.destroy(new Error('The server kept the connection open for ten seconds.')),
    );
    // A server that did not read everything resets the connection after its answer.
    socket.once('error', (error) => (received.length > 0 ? undefined : reject(error)));
  });
}

/** The parts of an answer as it came over the wire. */
export function parseAnswer(raw: string): { status: number; contentType: string | undefined; body: string } {
  const [head = '', body = ''] = raw.split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    contentType: /^content-type: (.*)$/im.exec(head)?.[1]?.trim(),
    body,
  };
}
