import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { startTestService, type TestService } from '../harness/service';

const TYPE = 'application/json';
const OPERATION = { query: '{ __typename }' };
const TEXT = JSON.stringify(OPERATION);
const LARGE = JSON.stringify({ ...OPERATION, variables: { padding: 'a'.repeat(200_000) } });

describe('what comes to /graphql in the body of a request', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  const ask = (init: RequestInit, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${service.origin}/graphql`, {
      method: 'POST',
      ...init,
      headers: { authorization: `Bearer ${service.token()}`, 'content-type': TYPE, ...headers },
    });
  const post = (body: string | Uint8Array<ArrayBuffer>, headers = {}): Promise<Response> =>
    ask({ body }, headers);
  /** Without a word on its length ahead of it. */
  const postInPieces = (text: string): Promise<Response> =>
    ask({ body: new Blob([text]).stream(), duplex: 'half' });

  async function expectAnswer(response: Response): Promise<void> {
    expect([response.status, await response.text()]).toEqual([200, '{"data":{"__typename":"Query"}}']);
  }
  async function expectRefusal(response: Response, status: number, code: string): Promise<void> {
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/json; charset=utf-8',
    ]);
    expect(await response.json()).toEqual({
      errors: [{ message: expect.stringMatching(/./) as unknown, extensions: { code } }],
    });
  }

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['GZIP', gzipSync],
  ])('may be compressed by %s, and is measured by what comes of it', async (encoding, compress) => {
    const headers = { 'content-encoding': encoding };
    await expectAnswer(await post(compress(TEXT), headers));
    await expectRefusal(await post(compress(LARGE), headers), 413, 'PAYLOAD_TOO_LARGE');
    await expectRefusal(await post('no such thing', headers), 400, 'BAD_USER_INPUT');
  });

  it('may come in pieces, and in any Unicode', async () => {
    await expectAnswer(await postInPieces(TEXT));
    await expectAnswer(
      await post(new Uint8Array(Buffer.from(TEXT, 'utf16le')), {
        'content-type': `${TYPE}; charset=utf-16le`,
      }),
    );
    await expectRefusal(await postInPieces(LARGE), 413, 'PAYLOAD_TOO_LARGE');
  });

  it.each([
    ['malformed', '{', {}, 400, 'BAD_USER_INPUT'],
    ['no object', '"text"', {}, 400, 'BAD_USER_INPUT'],
    ['too large', LARGE, {}, 413, 'PAYLOAD_TOO_LARGE'],
    ['compressed in an unknown way', TEXT, { 'content-encoding': 'compress' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['in no Unicode', TEXT, { 'content-type': `${TYPE}; charset=latin1` }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])(
    'is refused when it is %s, where a stream is wanted, too',
    async (_what, body, headers, status, code) => {
      await expectRefusal(await post(body, headers), status, code);
      await expectRefusal(await post(body, { ...headers, accept: 'text/event-stream' }), status, code);
    },
  );

  it('has to hold an operation', async () => {
    for (const body of ['', '{}', '[]'])
      expect(await (await post(body)).json()).toMatchObject({
        errors: [{ extensions: { code: 'BAD_REQUEST' } }],
      });
  });

  it.each(['HEAD', 'PATCH', 'DELETE', 'OPTIONS'])('is not looked at for %s', async (method) => {
    const { status, headers } = await ask({ method });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST']);
  });
});
