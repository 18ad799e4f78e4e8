import { refuseToken } from '../../../src/auth/refusal';
import { createLogger, type LogLevel } from '../../../src/observability/log';

function capture(level: LogLevel = 'info') {
  const lines: string[] = [];
  const log = createLogger({ level, destination: { write: (line: string) => void lines.push(line) } });
  return { log, lines };
}

describe('the log', () => {
  test('writes an error with every cause below it', () => {
    const { log, lines } = capture();
    log.error(
      { err: refuseToken('expired', 'The token is not valid.', new Error('jwt expired')) },
      'refused',
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'refused',
      err: {
        code: 'UNAUTHORIZED',
        cause: { message: 'The token is not valid.', cause: { message: 'jwt expired' } },
      },
    });
  });

  test('blots out credentials wherever a request carries them', () => {
    const { log, lines } = capture();
    const authorization = 'Bearer hunter2';
    log.info({
      authorization,
      token: 'hunter2',
      headers: { authorization, cookie: 'hunter2', accept: '*/*' },
      req: { url: '/api', headers: { authorization } },
      socket: { connectionParams: { authorization } },
    });
    expect(lines[0]).not.toContain('hunter2');
    expect(lines[0]).toContain('"url":"/api"');
    expect(lines[0]).toContain('"accept":"*/*"');
  });

  test('takes offsets of any size, and contexts', () => {
    const { log, lines } = capture();
    log.child({ topic: 'sales.recorded' }).warn({ offset: 2n ** 60n }, 'going back');
    expect(lines[0]).toContain('"topic":"sales.recorded","offset":1152921504606846976');
  });

  test('says nothing below its level', () => {
    const { log, lines } = capture('warn');
    log.info('unheard');
    expect(lines).toEqual([]);
  });
});
