import { createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdmission } from '../../../src/auth/admission';
import { createTarpit, TARPIT_LIMITS, type TarpitLimits } from '../../../src/auth/tarpit';
import { createTokenVerifier } from '../../../src/auth/token';
import { toAppError } from '../../../src/errors';
import { createLogger } from '../../../src/observability/log';
import { createRateLimiter } from '../../../src/auth/rate-limiter';
import { waitFor } from '../../harness/wait-for';
import { trustedIssuer } from '../../harness/tokens/trusted-issuer';
import { clockAt, secret, sign } from './tokens';

/** A pause that does not end during a test. */
const ENDLESS_MS = 3_600_000;
const NO_PAUSE: Partial<TarpitLimits> = { pauseMs: 0 };

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** A server that admits each token once in a window. */
async function open(tarpitLimits: Partial<TarpitLimits>, { points = 1, windowSeconds = 3_600 } = {}) {
  const clock = clockAt();
  const log = createLogger({ level: 'silent' });
  const verifier = createTokenVerifier([trustedIssuer({ kind: 'secret', key: secret })], { clock });
  let verified = 0;
  const tarpit = createTarpit({ ...TARPIT_LIMITS, ...tarpitLimits });
  const admission = createAdmission({
    tokens: {
      verify(authorization) {
        verified += 1;
        return verifier.verify(authorization);
      },
    },
    perToken: createRateLimiter({ name: 'token', points, windowSeconds, log }),
    perAddress: undefined,
    networkOf: () => 'the tests',
    clock,
    tarpit,
  });
  const server = createServer((request, response) => {
    admission.admit(request, response).then(
      () => response.end(),
      (thrown: unknown) => {
        const { status, headers } = toAppError(thrown);
        response.writeHead(status, headers).end();
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  /** @param leaving aborted when the client is to go away ahead of its answer */
  const ask = (token: string, leaving?: AbortSignal, scheme = 'Bearer') =>
    new Promise<Answer>((resolve, reject) => {
      const headers = { authorization: `${scheme} ${token}`, connection: 'close' };
      send({ port, headers, ...(leaving && { signal: leaving }) }, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
      })
        .on('error', reject)
        .end();
    });
  const statusOf = async (token: string): Promise<number> => (await ask(token)).status;
  /** Until it is refused for its rate. */
  async function spend(token: string): Promise<Answer> {
    expect(await statusOf(token)).toBe(200);
    const refusal = await ask(token);
    expect(refusal.status).toBe(429);
    return refusal;
  }
  return {
    ask,
    statusOf,
    spend,
    clock,
    tarpit,
    verified: () => verified,
    untilDelayed: (count: number) =>
      waitFor(() => tarpit.delayed === count, {
        what: `${count} to be delayed`,
        timeoutMs: 5_000,
        everyMs: 1,
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a token that has been told to wait', () => {
  test('is refused the same again, without being verified', async () => {
    const opened = await open(NO_PAUSE);
    const token = sign();
    const first = await opened.spend(token);
    const { status, headers } = await opened.ask(token);
    expect(status).toBe(429);
    for (const name of ['ratelimit', 'ratelimit-policy', 'retry-after'])
      expect([name, headers[name]]).toEqual([name, first.headers[name]]);
    expect(opened.verified()).toBe(2);
    await opened.close();
  });

  test.each(['bearer', 'BEARER', 'Bearer  '])(
    'is the same however its scheme is spelled: %p',
    async (scheme) => {
      const opened = await open(NO_PAUSE);
      const token = sign();
      await opened.spend(token);
      expect((await opened.ask(token, undefined, scheme)).status).toBe(429);
      expect(opened.verified()).toBe(2);
      await opened.close();
    },
  );

  test('is no other token', async () => {
    const opened = await open(NO_PAUSE);
    const token = sign();
    await opened.spend(token);
    expect(await opened.statusOf(sign({ sub: 'owner-2' }))).toBe(200);
    expect(await opened.statusOf(token.slice(0, -2))).toBe(401);
    await opened.close();
  });

  test('is let in once its window has ended', async () => {
    const opened = await open(NO_PAUSE, { windowSeconds: 1 });
    const token = sign();
    await opened.spend(token);
    await waitFor(async () => (await opened.statusOf(token)) === 200, {
      what: 'the window to end',
      timeoutMs: 5_000,
    });
    await opened.close();
  });

  test('is told that it has expired once it has', async () => {
    const opened = await open(NO_PAUSE);
    const token = sign();
    await opened.spend(token);
    opened.clock.advance(60_000);
    expect(await opened.statusOf(token)).toBe(401);
    await opened.close();
  });
});

describe('who asks again in spite of it', () => {
  test('is answered after a pause', async () => {
    const opened = await open({ pauseMs: 20 });
    const token = sign();
    await opened.spend(token);
    const answer = opened.statusOf(token);
    await opened.untilDelayed(1);
    expect(await answer).toBe(429);
    expect(opened.tarpit.delayed).toBe(0);
    await opened.close();
  });

  test('is delayed no longer when the client has left', async () => {
    const opened = await open({ pauseMs: ENDLESS_MS });
    const token = sign();
    await opened.spend(token);
    const leaving = new AbortController();
    const answer = opened.ask(token, leaving.signal);
    await opened.untilDelayed(1);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await opened.untilDelayed(0);
    await opened.close();
  });

  test('is refused at once when too many are delayed already', async () => {
    const opened = await open({ pauseMs: ENDLESS_MS, delayedPerToken: 2, delayed: 3 });
    const [one, other] = [sign(), sign({ sub: 'owner-2' })];
    await opened.spend(one);
    await opened.spend(other);
    const delayed: Promise<void>[] = [];
    const delay = (token: string): void => void delayed.push(expect(opened.ask(token)).rejects.toThrow());
    delay(one);
    delay(one);
    await opened.untilDelayed(2);
    expect(await opened.statusOf(one)).toBe(429);
    delay(other);
    await opened.untilDelayed(3);
    expect(await opened.statusOf(other)).toBe(429);
    await opened.close();
    await Promise.all(delayed);
    await opened.untilDelayed(0);
  });
});
