import { createLogger } from '../../../src/observability/log';
import { loggedError, withoutSecrets } from '../../../src/observability/logged-error';

describe('an error in the log', () => {
  it('has its words, its codes and its causes, and nothing else that hangs on it', () => {
    const client = { secretKey: 8_421, password: 'hunter2' };
    const cause = Object.assign(new Error('terminating connection'), {
      code: '57P01',
      severity: 'FATAL',
      client,
    });
    const error = Object.assign(new TypeError('could not be stored', { cause }), { errno: -111, client });
    expect(loggedError(error)).toEqual({
      type: 'TypeError',
      message: 'could not be stored',
      stack: expect.stringContaining('TypeError: could not be stored') as unknown,
      errno: -111,
      cause: {
        type: 'Error',
        message: 'terminating connection',
        stack: expect.any(String) as unknown,
        code: '57P01',
        severity: 'FATAL',
      },
    });
  });

  it('has the errors of an AggregateError, whose own message is empty', () => {
    const error = new AggregateError(
      [new Error('ECONNREFUSED ::1'), new Error('ECONNREFUSED 127.0.0.1')],
      '',
    );
    expect(loggedError(error)).toMatchObject({
      errors: [{ message: 'ECONNREFUSED ::1' }, { message: 'ECONNREFUSED 127.0.0.1' }],
    });
  });

  it('ends, though a cause leads back to itself', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(loggedError(error)).match(/"round"/g)?.length).toBeLessThan(20);
  });

  it('may be anything that was thrown', () => {
    expect(loggedError('redis://:hunter2@cache is away')).toBe('redis://[redacted]@cache is away');
    expect(loggedError(undefined)).toBe('undefined');
    expect(loggedError({ kind: 'postgres', originalCode: '53100', client: { password: 'hunter2' } })).toEqual(
      {
        kind: 'postgres',
        originalCode: '53100',
      },
    );
  });

  it('is written the same under whatever name', () => {
    const lines: string[] = [];
    const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
    const error = Object.assign(new Error('away'), { client: { password: 'hunter2' } });
    log.info({ failure: error, url: 'postgres://me:hunter2@host/base' }, 'at redis://:hunter2@host');
    expect(lines[0]).not.toContain('hunter2');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      failure: { message: 'away' },
      url: 'postgres://[redacted]@host/base',
      msg: 'at redis://[redacted]@host',
    });
  });
});

describe('a text without secrets', () => {
  it.each([
    ['postgresql://me:hunter2@db:5432/base', 'postgresql://[redacted]@db:5432/base'],
    ['postgres://me:hun/ter2@db/base', 'postgres://[redacted]@db/base'],
    [
      'to redis://:hunter2@cache, and https://x:hunter2@y/z',
      'to redis://[redacted]@cache, and https://[redacted]@y/z',
    ],
    ['host=db password=hunter2 user=me', 'host=db password=[redacted] user=me'],
    ['https://a/?token=hunter2&b=c', 'https://a/?token=[redacted]&b=c'],
    ['Authorization: Bearer hunter2', 'Authorization: Bearer [redacted]'],
  ])('%s', (text, expected) => expect(withoutSecrets(text)).toBe(expected));

  it.each([
    'https://example.com/path',
    'mail me@example.com',
    '{"a":"http://host","b":"x@y"}',
    'a token is wanted',
  ])('leaves %s as it is', (text) => expect(withoutSecrets(text)).toBe(text));
});
