import { request as send, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  readonly bytes: Buffer;
}

const CONTRACT = '/api/openapi.yaml';
const inflate = { br: brotliDecompressSync, gzip: gunzipSync };
const CODINGS = ['br', 'gzip'] as const;
/** More than a kilobyte, by one operation. */
const LARGE = JSON.stringify({ query: '{ __schema { types { name fields { name description } } } }' });
const SMALL = JSON.stringify({ query: '{ __typename }' });

describe('a client that takes compressed answers', () => {
  let service: ServiceUnderContract;
  let path: string;
  let token: string;
  beforeAll(async () => {
    service = await startUnderContract();
    const { eventId, storeId } = await service.event();
    path = analyticsPath(eventId);
    token = service.token([storeId]);
  });
  afterAll(() => service.stop());

  async function ask(
    target: string,
    headers: Readonly<Record<string, string>>,
    { method = 'GET', body }: { readonly method?: string; readonly body?: string } = {},
  ): Promise<Received> {
    const { hostname, port } = new URL(service.origin);
    const sent = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
    return new Promise((resolve, reject) => {
      const outgoing = send({ hostname, port, path: target, method, headers: sent }, (incoming) => {
        const { statusCode: status = 0, headers: received } = incoming;
        buffer(incoming).then((bytes) => resolve({ status, headers: received, bytes }), reject);
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }
  const varyOf = ({ headers }: Received): readonly string[] => headers.vary?.split(', ') ?? [];

  it.each(CODINGS)('gets the same dashboard in %s, made or kept, and shorter', async (coding) => {
    const { eventId } = await service.event();
    const asked = { authorization: `Bearer ${service.token()}`, 'accept-encoding': coding };
    const miss = await ask(analyticsPath(eventId), asked);
    const hits = [await ask(analyticsPath(eventId), asked), await ask(analyticsPath(eventId), asked)];
    const plain = await ask(analyticsPath(eventId), { authorization: asked.authorization });
    for (const answer of [miss, ...hits]) {
      expect([answer.status, answer.headers['content-encoding']]).toEqual([200, coding]);
      expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
      expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 2);
      expect(varyOf(answer)).toEqual(['Authorization', 'Accept-Encoding']);
    }
    for (const hit of hits) expect(inflate[coding](hit.bytes).equals(plain.bytes)).toBe(true);
    const made = JSON.parse(inflate[coding](miss.bytes).toString()) as object;
    expect(made).toEqual({ ...(JSON.parse(plain.bytes.toString()) as object), cacheStatus: 'MISS' });
    expect([plain.headers['content-encoding'], varyOf(plain)]).toEqual([undefined, varyOf(miss)]);
  });

  it.each(CODINGS)('is answered HEAD in %s as GET, without the body', async (coding) => {
    await ask(path, {});
    for (const target of [path, CONTRACT]) {
      const asked = { 'accept-encoding': coding };
      const [got, head] = [await ask(target, asked), await ask(target, asked, { method: 'HEAD' })];
      expect([head.status, head.bytes.length]).toEqual([200, 0]);
      for (const name of ['content-encoding', 'content-length', 'content-type', 'etag', 'vary'])
        expect(head.headers[name]).toBe(got.headers[name]);
    }
  });

  it('has another strong ETag in each coding, and 304 by the one it holds', async () => {
    const plain = await ask(CONTRACT, {});
    const etags = new Set([plain.headers.etag]);
    for (const coding of CODINGS) {
      const { headers, bytes } = await ask(CONTRACT, { 'accept-encoding': coding });
      expect(inflate[coding](bytes).equals(plain.bytes)).toBe(true);
      etags.add(headers.etag);
      const known = { 'accept-encoding': coding, 'if-none-match': headers.etag ?? '' };
      const again = await ask(CONTRACT, known);
      expect([again.status, again.headers.etag, again.bytes.length]).toEqual([304, headers.etag, 0]);
      expect([again.headers['content-encoding'], varyOf(again)]).toEqual([undefined, ['Accept-Encoding']]);
      // The bytes that it holds are not those that it would get.
      expect((await ask(CONTRACT, { 'if-none-match': headers.etag ?? '' })).status).toBe(200);
    }
    expect(etags.size).toBe(3);
  });

  it('has one weak ETag for a dashboard in every coding, since it says the same', async () => {
    const etags = new Set<string | undefined>();
    for (const coding of [...CODINGS, 'identity']) {
      const { headers } = await ask(path, { 'accept-encoding': coding });
      etags.add(headers.etag);
      const again = await ask(path, { 'accept-encoding': 'br', 'if-none-match': headers.etag ?? '' });
      expect([again.status, again.headers['content-encoding'], again.bytes.length]).toEqual([
        304,
        undefined,
        0,
      ]);
    }
    expect(etags.size).toBe(1);
  });

  it.each(CODINGS)('gets a large answer of GraphQL in %s', async (coding) => {
    const post = { method: 'POST', body: LARGE };
    const plain = await ask('/graphql', {}, post);
    expect(plain.bytes.length).toBeGreaterThan(16_384);
    const answer = await ask('/graphql', { 'accept-encoding': coding }, post);
    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, coding]);
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
    expect(inflate[coding](answer.bytes).equals(plain.bytes)).toBe(true);
    expect(varyOf(answer)).toContain('Accept-Encoding');
  });

  it('gets a large error of GraphQL compressed too', async () => {
    const query = `{ ${Array.from({ length: 30 }, (_, index) => `nothing${index}`).join(' ')} }`;
    const post = { method: 'POST', body: JSON.stringify({ query }) };
    const answer = await ask('/graphql', { 'accept-encoding': 'br' }, post);
    expect([answer.status, answer.headers['content-encoding']]).toEqual([400, 'br']);
    const { errors } = JSON.parse(inflate.br(answer.bytes).toString()) as { errors: unknown[] };
    expect(errors).toHaveLength(30);
  });

  it('gets what is small as it is', async () => {
    const asked = { 'accept-encoding': 'br, gzip' };
    for (const answer of [
      await ask('/api/health', asked),
      await ask('/graphql', asked, { method: 'POST', body: SMALL }),
    ]) {
      expect(answer.headers).not.toHaveProperty('content-encoding');
      expect(JSON.parse(answer.bytes.toString())).toBeInstanceOf(Object);
    }
  });

  it('gets a stream as it is, however much comes', async () => {
    const asked = { 'accept-encoding': 'br, gzip', accept: 'text/event-stream' };
    const { headers, bytes } = await ask('/graphql', asked, { method: 'POST', body: LARGE });
    expect(headers).not.toHaveProperty('content-encoding');
    expect(bytes.length).toBeGreaterThan(16_384);
    expect(bytes.toString()).toMatch(/^:/);
  });
});
