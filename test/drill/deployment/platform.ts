import { once } from 'node:events';
import { createServer } from 'node:http';
import { freePort } from '../../harness/machine/ports';

/** A platform that tells views to those who have its token (docs/channel-platform.yaml). */
export interface Platform {
  readonly origin: string;
  /** The one token that it takes. */
  token: string;
  close(): Promise<void>;
}

export async function startPlatform(token: string): Promise<Platform> {
  const begun = Date.now();
  const port = await freePort();
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === `Bearer ${platform.token}`;
    const body = isKnown
      ? { views: 1_000 + Math.floor((Date.now() - begun) / 1_000) }
      : { error: 'unauthorized' };
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  const platform: Platform = {
    origin: `http://127.0.0.1:${port}`,
    token,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return platform;
}
