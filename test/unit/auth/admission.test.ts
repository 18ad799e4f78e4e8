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
import { clockAt, secret, sign } from './tokens';

/** No pause of a test ends by itself. */
const ENDLESS_MS = 3_600_000;
const NO_PAUSE: Partial<TarpitLimits> = { pauseMs: 0 };

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** A server that lets in who may come, once in a window each. */
async function open(tarpitLimits: Partial<TarpitLimits>, { points = 1, windowSeconds = 3_600 } = {}) {
  const clock = clockAt();
  const log = createLogger({ level: 'silent' });
  const verifier = createTokenVerifier({ kind: 'secret', key: secret }, { algorithm: 'HS256', clock });
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
  /** Until it has been told that it asks too often. */
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
    untilHeld: (count: number) =>
      waitFor(() => tarpit.held === count, { what: `${count} to be held`, timeoutMs: 5_000, everyMs: 1 }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a token that has been told to wait', () => {
  test('hears the same again, without being looked at', async () => {
    const door = await open(NO_PAUSE);
    const token = sign();
    const first = await door.spend(token);
    const { status, headers } = await door.ask(token);
    expect(status).toBe(429);
    for (const name of ['ratelimit', 'ratelimit-policy', 'retry-after'])
      expect([name, headers[name]]).toEqual([name, first.headers[name]]);
    expect(door.verified()).toBe(2);
    await door.close();
  });

  test.each(['bearer', 'BEARER', 'Bearer  '])(
    'is the same however its scheme is spelled: %p',
    async (scheme) => {
      const door = await open(NO_PAUSE);
      const token = sign();
      await door.spend(token);
      expect((await door.ask(token, undefined, scheme)).status).toBe(429);
      expect(door.verified()).toBe(2);
      await door.close();
    },
  );

  test('is no other token', async () => {
    const door = await open(NO_PAUSE);
    const token = sign();
    await door.spend(token);
    expect(await door.statusOf(sign({ sub: 'owner-2' }))).toBe(200);
    expect(await door.statusOf(token.slice(0, -2))).toBe(401);
    await door.close();
  });

  test('is let in once its window has ended', async () => {
    const door = await open(NO_PAUSE, { windowSeconds: 1 });
    const token = sign();
    await door.spend(token);
    await waitFor(async () => (await door.statusOf(token)) === 200, {
      what: 'the window to end',
      timeoutMs: 5_000,
    });
    await door.close();
  });

  test('is told that it has expired once it has', async () => {
    const door = await open(NO_PAUSE);
    const token = sign();
    await door.spend(token);
    door.clock.advance(60_000);
    expect(await door.statusOf(token)).toBe(401);
    await door.close();
  });
});

describe('who asks again in spite of it', () => {
  test('is answered after a pause', async () => {
    const door = await open({ pauseMs: 20 });
    const token = sign();
    await door.spend(token);
    const answer = door.statusOf(token);
    await door.untilHeld(1);
    expect(await answer).toBe(429);
    expect(door.tarpit.held).toBe(0);
    await door.close();
  });

  test('is held no longer when they have left', async () => {
    const door = await open({ pauseMs: ENDLESS_MS });
    const token = sign();
    await door.spend(token);
    const leaving = new AbortController();
    const answer = door.ask(token, leaving.signal);
    await door.untilHeld(1);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await door.untilHeld(0);
    await door.close();
  });

  test('is answered at once where so many of them are held already', async () => {
    const door = await open({ pauseMs: ENDLESS_MS, heldPerToken: 2, held: 3 });
    const [one, other] = [sign(), sign({ sub: 'owner-2' })];
    await door.spend(one);
    await door.spend(other);
    const held: Promise<void>[] = [];
    const hold = (token: string): void => void held.push(expect(door.ask(token)).rejects.toThrow());
    hold(one);
    hold(one);
    await door.untilHeld(2);
    expect(await door.statusOf(one)).toBe(429);
    hold(other);
    await door.untilHeld(3);
    expect(await door.statusOf(other)).toBe(429);
    await door.close();
    await Promise.all(held);
    await door.untilHeld(0);
  });
});
