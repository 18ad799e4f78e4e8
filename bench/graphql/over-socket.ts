import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { z } from 'zod';
import type { Request } from '../contest/readers';

const operation = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) });

/** Executes once over its own WebSocket. @returns the answer in HTTP's form */
export async function askOverSocket(url: string, { path, headers, body }: Request): Promise<string> {
  const client = createClient({
    url: url.replace(/^http/, 'ws') + path,
    webSocketImpl: WebSocket,
    connectionParams: { ...headers },
    retryAttempts: 0,
  });
  try {
    for await (const result of client.iterate(operation.parse(JSON.parse(body ?? ''))))
      return JSON.stringify(result);
    throw new Error(`${url}${path} completed an operation without an answer.`);
  } finally {
    await client.dispose();
  }
}
