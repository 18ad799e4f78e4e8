import type { IncomingMessage } from 'node:http';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { request as requestHttps } from 'node:https';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { brotliDecompressSync } from 'node:zlib';
import { text } from 'node:stream/consumers';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { z } from 'zod';
import { type Http2Client, openHttp2 } from '../harness/http2';
import { eventCreated, newEvent } from '../harness/messages';
import { startTestService, type TestService } from '../harness/service';
import { makeCertificate, type MadeCertificate } from '../harness/tls';
import { waitFor } from '../harness/wait-for';

const run = promisify(execFile);
const OPERATION = JSON.stringify({ query: '{ __typename }' });
const ANSWER = '{"data":{"__typename":"Query"}}';
const CERTIFICATE_READY = { name: 'certificate', ready: true };
const json = (bytes: Buffer): unknown => JSON.parse(bytes.toString());

describe('a service with a certificate of its own', () => {
  let certificate: MadeCertificate;
  let service: TestService;
  let origin: string;
  let http2: Http2Client;
  let path: string;
  let authorization: string;

  beforeAll(async () => {
    certificate = await makeCertificate();
    const env = { TLS_CERT_FILE: certificate.certFile, TLS_KEY_FILE: certificate.keyFile };
    service = await startTestService({ env: { ...env, CORS_ORIGINS: 'https://app.example' } });
    origin = `https://127.0.0.1:${service.port}`;
    http2 = openHttp2(origin, certificate.cert);
    authorization = `Bearer ${service.token()}`;
    const ids = newEvent();
    path = `/api/events/${ids.eventId}/analytics`;
    const message = JSON.stringify([{ topic: 'event.created', value: eventCreated(ids) }]);
    // By Express, with a body.
    const posted = await http2.ask(
      '/dev/events',
      { authorization, 'content-type': 'application/json' },
      message,
    );
    expect([posted.status, json(posted.bytes)]).toMatchObject([200, { accepted: 1, rejected: [] }]);
  });
  afterAll(async () => {
    http2.close();
    await service.stop();
    certificate.remove();
  });

  it('answers REST: made, kept, compressed, unchanged, HEAD', async () => {
    const miss = await http2.ask(path, { authorization });
    const hit = await http2.ask(path, { authorization });
    expect([json(miss.bytes), json(hit.bytes)]).toMatchObject([
      { cacheStatus: 'MISS' },
      { cacheStatus: 'HIT' },
    ]);
    expect(hit.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(hit.bytes.length),
      'strict-transport-security': expect.stringMatching(/^max-age=/) as unknown,
      'x-content-type-options': 'nosniff',
    });
    const compressed = await http2.ask(path, { authorization, 'accept-encoding': 'gzip, br' });
    expect(compressed.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(compressed.bytes).equals(hit.bytes)).toBe(true);
    const known = await http2.ask(path, { authorization, 'if-none-match': hit.headers.etag });
    expect([known.status, known.bytes.length]).toEqual([304, 0]);
    const head = await http2.ask(path, { authorization, ':method': 'HEAD' });
    expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([
      200,
      String(hit.bytes.length),
      0,
    ]);
  });

  it('answers errors in the shape of the contract, and preflights', async () => {
    for (const [target, headers, status, error] of [
      [path, {}, 401, 'UNAUTHORIZED'],
      ['/api/events/1/analytics', { authorization }, 400, 'INVALID_REQUEST'],
      ['/nowhere', {}, 404, 'NOT_FOUND'],
      [path, { ':method': 'PUT' }, 405, 'METHOD_NOT_ALLOWED'],
      ['/api/health', { ':authority': 'localhost', host: 'elsewhere.example' }, 400, 'BAD_USER_INPUT'],
    ] as const) {
      const answer = await http2.ask(target, headers);
      expect([answer.status, json(answer.bytes)]).toMatchObject([status, { error }]);
    }
    const asked = {
      ':method': 'OPTIONS',
      origin: 'https://app.example',
      'access-control-request-method': 'GET',
    };
    const preflight = await http2.ask(path, asked);
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, asked.origin]);
  });

  it('answers GraphQL, and what Express serves', async () => {
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await http2.ask('/graphql', headers, OPERATION);
    expect([answer.status, answer.bytes.toString()]).toEqual([200, ANSWER]);
    expect((await http2.ask('/graphql', headers, '{')).status).toBe(400);
    expect(
      (await http2.ask('/graphql', headers, JSON.stringify({ query: 'x'.repeat(200_000) }))).status,
    ).toBe(413);
    const ready = await http2.ask('/readyz');
    expect([ready.status, json(ready.bytes)]).toMatchObject([200, { status: 'ready' }]);
    // That its files are looked at again.
    expect(json(ready.bytes)).toMatchObject({
      parts: expect.arrayContaining([CERTIFICATE_READY]) as unknown,
    });
    expect((await http2.ask('/metrics')).bytes.toString()).toContain('http_request_duration_seconds_count');
    const page = await http2.ask('/');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const [, script = ''] = /src="(\/assets\/[^"]+)"/.exec(page.bytes.toString()) ?? [];
    const asset = await http2.ask(script, { 'accept-encoding': 'gzip' });
    expect([asset.status, asset.headers['content-encoding']]).toEqual([200, 'gzip']);
    expect((await http2.ask('/api/docs/assets/swagger-ui.css')).status).toBe(200);
  });

  it('streams values, and lets go of a stream that its client ends', async () => {
    const [, , , eventId] = path.split('/');
    const query = `subscription { participantCount(eventId: "${eventId}") { count } }`;
    const stream = http2.session.request({
      ...{ ':path': '/graphql', ':method': 'POST', authorization },
      ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
    });
    stream.end(JSON.stringify({ query }));
    let received = '';
    stream.on('data', (chunk: Buffer) => (received += chunk.toString()));
    await waitFor(() => received.includes('"count":0'), { what: 'the first value', timeoutMs: 10_000 });
    const subscribers = async (): Promise<string | undefined> =>
      /^analytics_live_subscribers\S* (\d+)/m.exec((await http2.ask('/metrics')).bytes.toString())?.[1];
    expect(await subscribers()).toBe('1');
    stream.close();
    await waitFor(async () => (await subscribers()) === '0', {
      what: 'the stream to be over',
      timeoutMs: 10_000,
    });
  });

  it('speaks HTTP/1.1 with those who do not offer HTTP/2, and WebSocket', async () => {
    const outgoing = requestHttps(`${origin}/api/health`, {
      ca: certificate.cert,
      servername: 'localhost',
    }).end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect([incoming.httpVersion, incoming.statusCode]).toEqual(['1.1', 200]);
    expect(await text(incoming)).toContain('"status":"UP"');
    class Trusting extends WebSocket {
      constructor(address: string, protocols?: string | string[]) {
        const trusted: ConnectionOptions = { ca: certificate.cert, servername: 'localhost' };
        super(address, protocols, trusted);
      }
    }
    const client = createClient({
      url: `${origin.replace('https', 'wss')}/graphql`,
      webSocketImpl: Trusting,
      connectionParams: { authorization },
      retryAttempts: 0,
    });
    const first = await client.iterate({ query: '{ __typename }' }).next();
    expect(first).toMatchObject({ value: { data: { __typename: 'Query' } } });
    await client.dispose();
  });

  it('is spoken to by curl in HTTP/2', async () => {
    const trusted = [
      '-sS',
      '--cacert',
      certificate.certFile,
      '--resolve',
      `localhost:${service.port}:127.0.0.1`,
    ];
    const { stdout } = await run('curl', [
      ...trusted,
      '-w',
      '%{http_version}',
      `https://localhost:${service.port}/api/health`,
    ]);
    expect(stdout).toMatch(/"status":"UP".*\}2$/);
  });

  it('says nothing in plain HTTP', async () => {
    await expect(fetch(`http://127.0.0.1:${service.port}/api/health`)).rejects.toThrow();
    expect((await http2.ask('/api/health')).status).toBe(200);
  });

  it.each([
    ['TLSv1.3', 'TLSv1.3'],
    ['TLSv1.2', 'TLSv1.2'],
    ['TLSv1.1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ] as const)('is spoken to in %s: %s', async (version, comesTo) => {
    // All else is as the server wants it, so that it is the version alone that is refused; and older ones are offered at all.
    const trusted = { ca: certificate.cert, servername: 'localhost', ciphers: 'DEFAULT@SECLEVEL=0' };
    const versions = { minVersion: version, maxVersion: version };
    const socket = connectTls({ port: service.port ?? 0, host: '127.0.0.1', ...trusted, ...versions });
    const outcome = once(socket, 'secureConnect').then(() => socket.getProtocol());
    expect(
      await outcome.catch((refused: unknown) => z.object({ code: z.string() }).parse(refused).code),
    ).toBe(comesTo);
    socket.destroy();
  });
});
