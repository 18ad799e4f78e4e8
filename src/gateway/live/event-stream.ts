import type { ServerResponse } from 'node:http';
import type { Response as Made } from 'graphql-sse';

/**
 * Sends what graphql-sse has made of a request. Its own adapters for servers do the same, but want Express, or read the
 * body of the request by themselves.
 */
export async function sendMade(response: ServerResponse, [body, made]: Made): Promise<void> {
  response.writeHead(made.status, made.statusText, made.headers);
  if (body === null || typeof body === 'string') return void response.end(body ?? undefined);
  const end = (): void => void body.return();
  response.once('close', end);
  for await (const value of body) if (!(await write(response, value))) break;
  response.off('close', end);
  response.end();
}

/** @returns whether it has been taken in, and there may be more */
function write(response: ServerResponse, value: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // That it has been closed may be told late.
    if (!response.writable) return resolve(false);
    response.write(value, (error) => (error ? reject(error) : resolve(true)));
  });
}
