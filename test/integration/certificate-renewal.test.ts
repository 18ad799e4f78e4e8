import { copyFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { watchCertificate } from '../../src/gateway/certificate-renewal';
import { createHttpServer, type HttpServer } from '../../src/gateway/http-server';
import { createTrust } from '../../src/gateway/trusted-proxies';
import { createLogger } from '../../src/observability/log';
import { systemClock } from '../../src/runtime/clock';
import { openHttp2 } from '../harness/http2';
import { makeCertificate, type MadeCertificate } from '../harness/tls';
import { waitFor } from '../harness/wait-for';

describe('a server whose certificate is renewed', () => {
  let one: MadeCertificate;
  let other: MadeCertificate;
  let http: HttpServer;
  let port: number;
  let watching: { stop(): void };
  const logged: string[] = [];

  beforeEach(async () => {
    [one, other] = [await makeCertificate(), await makeCertificate()];
    logged.length = 0;
    http = createHttpServer((_request, response) => response.end('answered'), {
      clock: systemClock,
      trusts: createTrust([]),
      cors: () => false,
      tls: one,
      weightOf: () => 1,
    });
    port = await http.listen({ host: '127.0.0.1', port: 0 });
    const log = createLogger({ level: 'debug', destination: { write: (line) => logged.push(line) } });
    watching = watchCertificate({ tls: { ...one }, renew: http.renewCertificate, log, everyMs: 10 });
  });
  afterEach(async () => {
    watching.stop();
    await http.close();
    one.remove();
    other.remove();
  });

  /** Whom a new connection is shown. */
  async function shown(): Promise<string | undefined> {
    const socket: TLSSocket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerX509Certificate() ?? {};
    socket.destroy();
    return fingerprint256;
  }
  const until = (isSo: () => Promise<boolean> | boolean, what: string) =>
    waitFor(isSo, { what, timeoutMs: 10_000 });
  const [DEBUG, INFO, WARN] = [20, 30, 40];
  const lines = (level: number): readonly string[] =>
    logged.filter((line) => (JSON.parse(line) as { level: number }).level === level);

  it('shows the new one to connections that come, and answers on those that are there', async () => {
    const before = await shown();
    const client = openHttp2(`https://127.0.0.1:${port}`, one.cert);
    expect((await client.ask('/')).status).toBe(200);
    copyFileSync(other.certFile, one.certFile);
    copyFileSync(other.keyFile, one.keyFile);
    await until(async () => (await shown()) !== before, 'the new certificate');
    expect((await client.ask('/')).status).toBe(200);
    client.close();
    const renewed = openHttp2(`https://127.0.0.1:${port}`, other.cert);
    expect((await renewed.ask('/')).bytes.toString()).toBe('answered');
    renewed.close();
    expect(lines(INFO)).toEqual([expect.stringContaining('the certificate has been renewed')]);
  });

  it('keeps the one that works where the new one does not, and says so once', async () => {
    const before = await shown();
    writeFileSync(one.certFile, `${one.cert}-----BEGIN CERTIFICATE-----\n`);
    await until(() => lines(DEBUG).length >= 3, 'it to be looked at some times');
    expect(lines(WARN)).toEqual([expect.stringContaining('TLS_CERT_FILE')]);
    expect(logged.join('')).not.toContain(one.key.split('\n')[1]);
    expect(await shown()).toBe(before);
    // The certificate of another key.
    copyFileSync(other.certFile, one.certFile);
    const looked = lines(DEBUG).length;
    await until(() => lines(DEBUG).length >= looked + 3, 'it to be looked at again');
    expect(await shown()).toBe(before);
    copyFileSync(other.keyFile, one.keyFile);
    await until(async () => (await shown()) !== before, 'the new certificate');
    expect(lines(WARN)).toHaveLength(1);
  });
});
