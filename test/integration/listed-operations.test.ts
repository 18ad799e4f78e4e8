import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { type Answered, type AnsweredOperation, WAYS } from '../harness/operations/answers';
import { TRANSPORTS } from '../harness/operations/transports';

const MANIFEST = path.join(__dirname, '../../web/generated/persisted-operations.json');
const manifest = z.object({
  operations: z.array(z.object({ id: z.string(), name: z.string(), body: z.string() })),
});
const { operations } = manifest.parse(JSON.parse(readFileSync(MANIFEST, 'utf8')));

function listed(name: string): { readonly id: string; readonly body: string } {
  const found = operations.find((operation) => operation.name === name);
  if (found === undefined) throw new Error(`The page has no operation ${name}.`);
  return found;
}

const hashed = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

describe('a service that executes what is listed', () => {
  let service: ServiceUnderContract;
  let eventId: string;
  beforeAll(async () => {
    service = await startUnderContract({
      env: { PERSISTED_OPERATIONS: 'listed', PERSISTED_OPERATIONS_FILE: MANIFEST, INTROSPECTION: 'false' },
    });
    ({ eventId } = await service.event());
  });
  afterAll(() => service.stop());

  const ask = (way: keyof typeof WAYS, operation: AnsweredOperation): Promise<Answered> =>
    WAYS[way](service.origin, service.token(), { variables: { eventId }, ...operation });
  const codesOf = ({ errors = [] }: Answered): unknown[] => errors.map(({ extensions }) => extensions?.code);
  const NOT_IN_LIST = 'PERSISTED_QUERY_NOT_IN_LIST';

  it.each(['HTTP', 'an event stream', 'WebSocket'] as const)(
    'takes the text of a page’s query over %s, and no other, be it by a blank',
    async (way) => {
      const { body } = listed('OneEvent');
      expect((await ask(way, { query: body })).data).toMatchObject({ event: { eventId } });
      for (const query of [`${body} `, '{ __typename }', '{ __schema { types { name } } }', '{'])
        expect(codesOf(await ask(way, { query }))).toEqual([NOT_IN_LIST]);
    },
  );

  it.each(['an event stream', 'WebSocket'] as const)('takes a page’s subscription over %s', async (way) => {
    const { data } = await ask(way, { query: listed('LiveCount').body });
    expect(data).toMatchObject({ participantCount: { count: 0 } });
    const query = `subscription ($eventId: UUID!) { participantCount(eventId: $eventId) { count } }`;
    expect(codesOf(await ask(way, { query }))).toEqual([NOT_IN_LIST]);
  });

  it('takes the hash of one without its text over HTTP, and learns no other', async () => {
    const { id } = listed('OneEvent');
    expect((await ask('HTTP', hashed(id))).data).toMatchObject({ event: { eventId } });
    const query = '{ __typename }';
    const hash = createHash('sha256').update(query).digest('hex');
    expect(codesOf(await ask('HTTP', hashed(hash)))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect(codesOf(await ask('HTTP', { ...hashed(hash), query }))).toEqual([NOT_IN_LIST]);
    expect(codesOf(await ask('HTTP', hashed(hash)))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  it.each(Object.entries(TRANSPORTS))(
    'says so over %s whatever else is wrong with it',
    async (_way, send) => {
      for (const params of [
        { query: '{ __typename }', operationName: 'Another' },
        { query: 'mutation { x }' },
        { query: '{' },
      ])
        expect((await send(service.origin, service.token(), params)).code).toBe(NOT_IN_LIST);
    },
  );
});

describe('a service without introspection', () => {
  let service: ServiceUnderContract;
  beforeAll(async () => void (service = await startUnderContract({ env: { INTROSPECTION: 'false' } })));
  afterAll(() => service.stop());

  it.each(Object.entries(TRANSPORTS))('refuses over %s, and suggests nothing', async (_way, send) => {
    const told = (query: string, variables = {}) =>
      send(service.origin, service.token(), { query, variables });
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }'])
      expect((await told(query)).code).toBe('GRAPHQL_VALIDATION_FAILED');
    const id = '00000000-0000-4000-8000-000000000000';
    for (const query of [
      '{ dashbord { eventId } }',
      `{ dashboard(eventld: "${id}") { eventId } }`,
      `{ dashboard(eventId: "${id}") { participationTrend(timeUnit: HOURLI) { timeUnit } } }`,
      '{ ... on Dashbord { eventId } }',
      'query ($unit: TimeUnt) { __typename }',
      '{ __typename @skp(if: true) }',
    ]) {
      const { code, message } = await told(query);
      expect(code).toBe('GRAPHQL_VALIDATION_FAILED');
      expect(message).not.toMatch(/did you mean/i);
    }
    const variables = { unit: 'HOURLI' };
    const query = `query ($unit: TimeUnit) { dashboard(eventId: "${id}") { participationTrend(timeUnit: $unit) { timeUnit } } }`;
    expect((await told(query, variables)).message).not.toMatch(/did you mean/i);
  });
});
