import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const METADATA = '/.well-known/openid-configuration';

/** An issuer that publishes keys and metadata over HTTP, and counts how often it is asked for keys. */
export class IssuerServer {
  keys: object[] = [];
  status = 200;
  requests = 0;
  /** Its keys are not sent before this is done; how many ask for them is counted before. */
  keysWait: Promise<unknown> = Promise.resolve();
  /** What its metadata say; left out, what is so. */
  metadata: object | undefined;
  private readonly server: Server = createServer(({ url = '' }, response) => {
    const isMetadata = url.endsWith(METADATA);
    if (!isMetadata) this.requests += 1;
    const answer = (): void => {
      response.writeHead(this.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isMetadata ? this.metadataNow : { keys: this.keys }));
    };
    if (isMetadata) answer();
    else void this.keysWait.then(answer);
  });

  static async start(keys: object[] = []): Promise<IssuerServer> {
    const issuer = new IssuerServer();
    issuer.keys = keys;
    issuer.server.listen(0, '127.0.0.1');
    await once(issuer.server, 'listening');
    return issuer;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  get origin(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** The address of its keys. */
  get uri(): string {
    return `${this.origin}/keys`;
  }

  private get metadataNow(): object {
    return this.metadata ?? { issuer: this.origin, jwks_uri: this.uri };
  }
}

/** A public key as issuers publish it. */
export const published = (key: KeyObject, kid: string | undefined, rest: object = {}): object => ({
  ...key.export({ format: 'jwk' }),
  ...(kid !== undefined && { kid }),
  use: 'sig',
  ...rest,
});
