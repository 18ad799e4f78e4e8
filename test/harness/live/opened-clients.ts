import { openSseClient, openWebSocketClient, type WebSocketClient } from './clients';
import type { SubscribingClient } from './watching';

/** Clients of one service that a test opens as needed and closes together. */
export interface OpenedClients {
  readonly webSocket: (token: string) => WebSocketClient;
  readonly sse: (token: string) => SubscribingClient;
  readonly dispose: () => void;
}

/** @param origin asked when a client is opened: the service may not have been started yet */
export function createOpenedClients(origin: () => string): OpenedClients {
  const opened: { dispose(): void }[] = [];
  function keep<Client extends { dispose(): void }>(client: Client): Client {
    opened.push(client);
    return client;
  }
  return {
    webSocket: (token) => keep(openWebSocketClient(origin(), { token })),
    sse: (token) => keep(openSseClient(origin(), { token })),
    dispose() {
      for (const client of opened.splice(0)) client.dispose();
    },
  };
}
