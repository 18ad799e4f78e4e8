import type { Instant } from '../../src/domain/values';
import { AppError, toErrorBody } from '../../src/errors';
import { exampleOf } from '../harness/contract/openapi';
import { type ContractAnswer, violations } from '../harness/contract/validator';

const RESOURCE = '/events/{eventId}/analytics';
const TYPE = 'application/json; charset=utf-8';

const answer = (status: number, body: unknown, other: Partial<ContractAnswer> = {}): ContractAnswer => ({
  resource: RESOURCE,
  method: 'GET',
  status,
  contentType: TYPE,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...other,
});
const dashboard = (): Record<string, unknown> =>
  structuredClone(exampleOf(RESOURCE, 200)) as Record<string, unknown>;
const failure = (status: number): Record<string, unknown> =>
  exampleOf(RESOURCE, status) as Record<string, unknown>;

describe('the check of an answer against the contract', () => {
  it('passes what the HTTP server answers on any path', () => {
    for (const code of ['METHOD_NOT_ALLOWED', 'TOO_MANY_REQUESTS', 'SERVICE_OVERLOADED'] as const) {
      const { status, message } = new AppError(code);
      const refused = answer(status, toErrorBody(code, 0 as Instant, message), { resource: '/health' });
      expect(violations(refused)).toEqual([]);
    }
    expect(violations(answer(204, '', { method: 'OPTIONS' }))).toEqual([]);
    expect(violations(answer(304, ''))).toEqual([]);
  });

  it.each<[string, ContractAnswer, RegExp]>([
    ['a key too many', answer(200, { ...dashboard(), extra: 1 }), /additional properties/],
    [
      'a key too many far down',
      answer(200, { ...dashboard(), participationTrend: { timeUnit: 'DAILY', dataPoints: [{ extra: 1 }] } }),
      /additional properties/,
    ],
    [
      'a key that is missing',
      answer(200, { ...dashboard(), eventId: undefined }),
      /required property 'eventId'/,
    ],
    [
      'null for a key that may be left out',
      answer(200, { ...dashboard(), cacheStatus: null }),
      /cacheStatus/,
    ],
    ['another type', answer(200, { ...dashboard(), eventTitle: 7 }), /eventTitle must be string/],
    ['no uuid', answer(200, { ...dashboard(), storeId: 'x' }), /format/],
    ['no instant', answer(200, { ...dashboard(), lastUpdated: 'yesterday' }), /format/],
    ['an unknown value', answer(200, { ...dashboard(), cacheStatus: 'STALE' }), /allowed values/],
    [
      'keys in another order',
      answer(200, Object.fromEntries(Object.entries(dashboard()).reverse())),
      /has its keys as/,
    ],
    ['another content type', answer(200, dashboard(), { contentType: 'application/json' }), /content type/],
    ['no JSON', answer(200, '<html>'), /not JSON/],
    ['a body to HEAD', answer(200, dashboard(), { method: 'HEAD' }), /HEAD has a body/],
    ['a body with 304', answer(304, 'x'), /304 has a body/],
    ['the words of another failure', answer(404, failure(403)), /404 says FORBIDDEN/],
    ['a message of its own', answer(401, { ...failure(401), message: 'no' }), /401 says/],
    [
      'a failure with a key too many',
      answer(500, { ...failure(500), stack: 'at …' }),
      /additional properties/,
    ],
    [
      'a failure that the contract does not have for the resource',
      answer(404, failure(404), { resource: '/health' }),
      /undocumented status: .* \/health with 404/,
    ],
    ['a success that it does not have', answer(201, dashboard()), /undocumented status: .* with 201/],
    [
      'a code that is not known',
      answer(405, { ...failure(400), error: 'WHAT' }, { resource: undefined }),
      /no code/,
    ],
  ])('finds %s', (_what, wrong, finding) => {
    expect(violations(wrong).join('\n')).toMatch(finding);
  });
});
