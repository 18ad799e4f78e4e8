import { randomUUID } from 'node:crypto';
import { EventByIdDocument, WholeDashboardOfDocument } from '../../src/generated/test-operations';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { ask, askAny } from '../harness/operations/client';

describe('what /graphql takes', () => {
  let service: ServiceUnderContract;

  beforeAll(async () => void (service = await startUnderContract()));
  afterAll(() => service.stop());
  afterEach(async () => {
    const answer = await askAny(service.origin, service.token(), { query: '{ __typename }' });
    expect(answer.data).toEqual({ __typename: 'Query' });
  });

  const refusal = async (
    body: unknown,
  ): Promise<{ status: number; code: string | undefined; message: string }> => {
    const { status, data, errors } = await askAny(service.origin, service.token(), body);
    expect(data ?? null).toBeNull();
    return { status, code: errors[0]?.extensions.code, message: errors[0]?.message ?? '' };
  };
  const aliases = (count: number, prefix = 'a'): string => {
    const field = `event(id: "${randomUUID()}") { eventId }`;
    return `{ ${Array.from({ length: count }, (_, index) => `${prefix}${index}: ${field}`).join(' ')} }`;
  };

  it('is up to 30 aliases', async () => {
    const asked = await askAny(service.origin, service.token(), { query: aliases(30) });
    expect(asked.errors.map(({ extensions }) => extensions.code)).toContain('EVENT_NOT_FOUND');
    const refused = await refusal({ query: aliases(31) });
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining('30') as unknown });
  });

  it('is up to 30 aliases however they are folded into fragments', async () => {
    const query = `{ ...a ...b } fragment a on Query ${aliases(20)} fragment b on Query ${aliases(20, 'b')}`;
    expect(await refusal({ query })).toMatchObject({ status: 400 });
  });

  it.each([
    ['2,000 tokens', `{ ${'__typename '.repeat(2_000)} }`.replaceAll('__typename', 'a')],
    ['2,000 tokens, comments counted', `{ __typename\n${'#\n'.repeat(2_000)} }`],
    ['16 KiB of text', `{ __typename ${' '.repeat(16_384)} }`],
  ])('is up to %s', async (_limit, query) => {
    const refused = await refusal({ query });
    expect(refused).toMatchObject({ status: 400, code: 'OPERATION_TOO_LARGE' });
  });

  it('counts __typename among the aliases', async () => {
    const query = `{ ${Array.from({ length: 31 }, (_, index) => `a${index}: __typename`).join(' ')} }`;
    expect(await refusal({ query })).toMatchObject({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('is up to 100 KB: 413 beyond', async () => {
    const padded = (bytes: number): object => ({
      query: '{ __typename }',
      variables: { padding: 'x'.repeat(bytes) },
    });
    expect((await askAny(service.origin, service.token(), padded(90_000))).status).toBe(200);
    expect(await refusal(padded(110_000))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it.each([
    ['no JSON', '{"query": ', 'BAD_USER_INPUT'],
    ['no object', '7', 'BAD_USER_INPUT'],
    ['an empty body', '', 'BAD_REQUEST'],
    ['an empty object', '{}', 'BAD_REQUEST'],
    ['an empty query', '{"query":""}', 'BAD_REQUEST'],
    ['a query that is no text', '{"query":7}', 'BAD_REQUEST'],
    ['a query that cannot be parsed', '{"query":"{"}', 'GRAPHQL_PARSE_FAILED'],
    ['a field that there is not', '{"query":"{ nothing }"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['variables that are no object', '{"query":"{ __typename }","variables":7}', 'BAD_REQUEST'],
    [
      'an operation that is not in the document',
      '{"query":"{ __typename }","operationName":"x"}',
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a batch', '[{"query":"{ __typename }"}]', 'BAD_REQUEST'],
    ['a mutation', '{"query":"mutation { x }"}', 'GRAPHQL_VALIDATION_FAILED'],
  ])('is not %s: 400', async (_what, body, code) => {
    expect(await refusal(body)).toMatchObject({ status: 400, code });
  });

  it.each([
    ['an id that is no uuid', { id: 'x' }],
    ['an id that is a number', { id: 7 }],
    ['no id', {}],
    ['a null id', { id: null }],
  ])('is not %s: BAD_USER_INPUT', async (_what, variables) => {
    const body = { query: 'query ($id: UUID!) { event(id: $id) { eventId } }', variables };
    expect((await refusal(body)).code).toBe('BAD_USER_INPUT');
  });

  it('is no query from a page of another origin: a simple form cannot ask', async () => {
    const response = await fetch(`${service.origin}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.token()}`, 'content-type': 'text/plain' },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(400);
  });

  it('may be asked by GET as well, which wants the same token', async () => {
    const get = (token: string | undefined): Promise<Response> =>
      fetch(`${service.origin}/graphql?query=${encodeURIComponent('{ __typename }')}`, {
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      });
    expect((await get(service.token())).status).toBe(200);
    expect((await get(undefined)).status).toBe(401);
  });

  it('keeps the schema, too, from those who are not known', async () => {
    const query = '{ __schema { types { name } } }';
    expect((await askAny(service.origin, undefined, { query })).status).toBe(401);
    expect((await askAny(service.origin, service.token(), { query })).errors).toEqual([]);
  });
});

describe('a resolver whose database is gone', () => {
  it('is told as DATABASE_UNAVAILABLE, and nothing of what lies behind it', async () => {
    const service = await startUnderContract();
    const { eventId } = await service.event();
    await service.database.close();
    for (const answer of [
      await ask(service.origin, service.token(), WholeDashboardOfDocument, { eventId }),
      await ask(service.origin, service.token(), EventByIdDocument, { id: randomUUID() }),
    ]) {
      expect(answer.data).toBeUndefined();
      expect(answer.errors.map(({ message, extensions }) => [message, extensions.code])).toEqual([
        ['서버 내부 오류가 발생했습니다.', 'DATABASE_UNAVAILABLE'],
      ]);
    }
    await service.stop().catch(() => undefined);
  });
});
