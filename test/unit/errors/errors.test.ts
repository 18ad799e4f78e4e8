import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphQLError } from 'graphql';
import { parse } from 'yaml';
import { z } from 'zod';
import { refuseToken } from '../../../src/auth/refusal';
import {
  AppError,
  badUserInput,
  ERRORS,
  type ErrorCode,
  internalError,
  isToBeLogged,
  PartUnavailable,
  toAppError,
  toErrorBody,
} from '../../../src/errors';
import type { Instant } from '../../../src/domain/values';

const NOW = Date.parse('2025-10-22T10:00:00.987Z') as Instant;

const example = z.object({ value: z.object({ error: z.string(), message: z.string() }) });
const answer = z.object({
  content: z.object({ 'application/json': z.object({ examples: z.record(z.string(), example) }) }),
});
const contract = z.object({
  paths: z.object({
    '/events/{eventId}/analytics': z.object({
      get: z.object({ responses: z.record(z.string(), z.unknown()) }),
    }),
  }),
});

function contractErrors(): { status: number; error: string; message: string }[] {
  const text = readFileSync(join(__dirname, '../../../src/rest/openapi.yaml'), 'utf8');
  const { responses } = contract.parse(parse(text)).paths['/events/{eventId}/analytics'].get;
  return Object.entries(responses)
    .filter(([status]) => status !== '200')
    .flatMap(([status, response]) =>
      Object.values(answer.parse(response).content['application/json'].examples).map(({ value }) => ({
        status: Number(status),
        error: value.error,
        message: value.message,
      })),
    );
}

describe('the catalogue of errors', () => {
  test('has the six of the contract, word for word', () => {
    const ours = Object.entries(ERRORS).map(([error, { status, message }]) => ({ error, status, message }));
    expect(contractErrors()).toHaveLength(6);
    expect(ours).toEqual(expect.arrayContaining(contractErrors()));
  });

  test.each<[ErrorCode, number, string]>([
    ['INVALID_REQUEST', 400, 'BAD_USER_INPUT'],
    ['BAD_USER_INPUT', 400, 'BAD_USER_INPUT'],
    ['UNAUTHORIZED', 401, 'UNAUTHENTICATED'],
    ['FORBIDDEN', 403, 'FORBIDDEN'],
    ['EVENT_NOT_FOUND', 404, 'EVENT_NOT_FOUND'],
    ['NOT_FOUND', 404, 'NOT_FOUND'],
    ['METHOD_NOT_ALLOWED', 405, 'METHOD_NOT_ALLOWED'],
    ['PAYLOAD_TOO_LARGE', 413, 'PAYLOAD_TOO_LARGE'],
    ['INSUFFICIENT_STORAGE', 507, 'INSUFFICIENT_STORAGE'],
    ['UNSUPPORTED_MEDIA_TYPE', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['REQUEST_HEADER_FIELDS_TOO_LARGE', 431, 'REQUEST_HEADER_FIELDS_TOO_LARGE'],
    ['INTERNAL_SERVER_ERROR', 500, 'INTERNAL_SERVER_ERROR'],
    ['DATABASE_UNAVAILABLE', 500, 'DATABASE_UNAVAILABLE'],
    ['EXTERNAL_SERVICE_UNAVAILABLE', 503, 'EXTERNAL_SERVICE_UNAVAILABLE'],
  ])('%s is %i over REST and %s in GraphQL', (code, status, graphqlCode) => {
    expect(new AppError(code)).toMatchObject({ status, graphqlCode, message: ERRORS[code].message });
  });
});

describe('an error body', () => {
  test('has the three keys of the contract in its order, the time in whole seconds', () => {
    expect(JSON.stringify(toErrorBody('UNAUTHORIZED', NOW))).toBe(
      '{"error":"UNAUTHORIZED","message":"인증이 필요합니다.","timestamp":"2025-10-22T10:00:00Z"}',
    );
  });

  test('calls a database that is away what the contract has for failures of ours', () => {
    expect(toErrorBody('DATABASE_UNAVAILABLE', NOW)).toEqual(toErrorBody('INTERNAL_SERVER_ERROR', NOW));
  });

  test('says something more fitting when told to', () => {
    expect(toErrorBody('BAD_USER_INPUT', NOW, '본문을 읽을 수 없습니다.').message).toBe(
      '본문을 읽을 수 없습니다.',
    );
  });
});

describe('an error', () => {
  test('keeps its cause for the log and out of its message', () => {
    const cause = new Error('the database is on fire');
    const error = internalError(cause);
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('서버 내부 오류가 발생했습니다.');
  });

  test('keeps the reason of a refusal out of its message, and the cause below the reason', () => {
    const cause = new Error('jwt expired');
    const error = refuseToken('expired', 'The token is not valid.', cause);
    expect(error.message).toBe('인증이 필요합니다.');
    expect(error.cause).toMatchObject({ message: 'The token is not valid.', cause });
  });

  test('has no cause when none is given', () => {
    expect('cause' in badUserInput('왜냐하면')).toBe(false);
  });

  test('that was not foreseen is internal; a known one stays what it is', () => {
    const known = refuseToken('missing', 'no token');
    expect(toAppError(known)).toBe(known);
    expect(toAppError('thrown text')).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', cause: 'thrown text' });
  });

  test('behind which the database is away is told as that, however it has been wrapped', () => {
    const away = new PartUnavailable('database', 'It does not answer.', {});
    const wrapped = internalError(new GraphQLError('failed', { originalError: away }));
    for (const thrown of [away, wrapped, new Error('outer', { cause: away })]) {
      const told = toAppError(thrown);
      expect(told.extensions).toEqual({ code: 'DATABASE_UNAVAILABLE', part: 'database' });
      expect(isToBeLogged(told)).toBe(false);
    }
    expect(isToBeLogged(toAppError(new Error('a bug')))).toBe(true);
    expect(toAppError(refuseToken('missing', 'no token', away)).code).toBe('UNAUTHORIZED');
  });
});
