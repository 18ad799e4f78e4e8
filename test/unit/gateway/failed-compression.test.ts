import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeaderMap } from '@apollo/server';
import { createGraphQLFailure } from '../../../src/gateway/graphql-errors';
import { createSendResponse } from '../../../src/gateway/graphql-response';
import { createLogger } from '../../../src/observability/log';
import { contractEndpoint } from '../../../src/rest/contract';
import { createSendRepresentation } from '../../../src/rest/respond';
import { createRest } from '../../../src/rest/rest';
import { systemClock } from '../../../src/runtime/clock';

const log = createLogger({ level: 'silent' });
const outOfMemory = (): Promise<Buffer> => Promise.reject(new Error('zlib has no memory'));

const rest: RequestListener = (request, response) => {
  const router = createRest({
    bases: ['/api'],
    endpoints: [contractEndpoint(createSendRepresentation({ of: outOfMemory }))],
    admission: { admit: () => Promise.reject(new Error('Nobody is asked for a token here.')) },
    clock: systemClock,
    log,
  });
  router.answer(router.find('/api/openapi.yaml')!, request, response);
};

const graphql: RequestListener = (request, response) => {
  const fail = createGraphQLFailure(log);
  createSendResponse(outOfMemory)(request, response, {
    status: 200,
    headers: new HeaderMap([['x-of-the-answer', 'yes']]),
    body: { kind: 'complete', string: JSON.stringify({ data: { text: 'x'.repeat(2_000) } }) },
  }).catch((thrown: unknown) => fail(response, thrown));
};

describe('an answer that cannot be compressed', () => {
  let server: Server;
  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  test.each([
    ['REST', rest, { error: 'INTERNAL_SERVER_ERROR' }],
    ['GraphQL', graphql, { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }],
  ])('is an error of %s that can be read, with nothing of the answer', async (_name, listener, error) => {
    const answer = await fetch(await serve(listener), { headers: { 'accept-encoding': 'br' } });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject(error);
    for (const name of ['content-encoding', 'etag', 'vary', 'x-of-the-answer'])
      expect([name, answer.headers.get(name)]).toEqual([name, null]);
  });
});
