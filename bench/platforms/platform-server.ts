import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** All platforms in one server: `/{channel}/events/{eventId}/views`. */
export interface PlatformServer {
  readonly origin: string;
  /** From now on answers at once, including open requests. */
  heal(): void;
  /** From now on answers nothing. */
  hang(): void;
  /** How many requests have arrived. */
  readonly asked: number;
  /** How many requests were left unanswered since the last hang(). */
  readonly leftHanging: number;
  close(): Promise<void>;
}

export async function startPlatformServer(): Promise<PlatformServer> {
  const waiting = new Set<ServerResponse>();
  let isHanging = false;
  let asked = 0;
  let leftHanging = 0;
  const answer = (response: ServerResponse): void => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ views: asked }));
  };
  const server = createServer((_request, response) => {
    asked += 1;
    if (!isHanging) return answer(response);
    leftHanging += 1;
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heal() {
      isHanging = false;
      for (const response of waiting) answer(response);
    },
    hang() {
      isHanging = true;
      leftHanging = 0;
    },
    get asked() {
      return asked;
    },
    get leftHanging() {
      return leftHanging;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
