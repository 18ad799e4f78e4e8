import { randomUUID } from 'node:crypto';
import {
  absurd,
  type Behaviour,
  counting,
  cutOff,
  decreasing,
  dripping,
  failing,
  flooding,
  fractional,
  hanging,
  healthy,
  html,
  json,
  negative,
  notFound,
  rateLimiting,
  redirecting,
  refusing,
  unavailable,
} from '../../../harness/platforms/behaviours';
import { type FakePlatform, startFakePlatform } from '../../../harness/platforms/fake-platform';
import { waitFor } from '../../../harness/wait-for';
import { asking, later, NOW, SOON_MS } from './asking';

/** The table of docs/channels.md: what comes of each way in which a platform behaves. */

let fake: FakePlatform;
beforeEach(async () => void (fake = await startFakePlatform()));
afterEach(() => fake.stop());

const brokenOff = () =>
  waitFor(() => fake.requests().every(({ isBrokenOff }) => isBrokenOff), {
    what: 'the connections to end',
    timeoutMs: 5_000,
  });
const COUNT_RULE = 'answer.views: must be a whole number from 0 to 10^12';

describe('a platform that works', () => {
  test('tells its count, and when it counted', async () => {
    fake.behave(healthy(12_345, '2025-10-20T20:30:00+09:00'));
    const measuredAt = Date.parse('2025-10-20T11:30:00Z');
    expect(await asking(fake).ask()).toEqual({ kind: 'measured', views: 12_345, measuredAt });
    expect(fake.requests()).toHaveLength(1);
  });

  test('counted when it was asked, if it does not say when', async () => {
    fake.behave(healthy(5));
    expect(await asking(fake).ask()).toEqual({ kind: 'measured', views: 5, measuredAt: NOW });
  });

  test('may correct itself downwards', async () => {
    fake.behave(decreasing(100, 40));
    const { ask } = asking(fake);
    const eventId = randomUUID();
    const counts = [await ask(eventId), await ask(eventId), await ask(eventId)];
    expect(counts).toMatchObject([{ views: 100 }, { views: 60 }, { views: 20 }]);
  });

  test.each([0, 10 ** 12])('may tell %i', async (views) => {
    fake.behave(healthy(views));
    expect(await asking(fake).ask()).toMatchObject({ kind: 'measured', views });
  });

  test('need not know every event, and works all the same', async () => {
    fake.behave(notFound);
    const { ask, platform } = asking(fake, {}, { failuresUntilFailing: 1, failuresUntilOpen: 1 });
    expect(await ask()).toEqual({ kind: 'no_value' });
    expect(await ask()).toEqual({ kind: 'no_value' });
    expect(platform.health.status).toBe('HEALTHY');
  });

  test('is asked over connections that are kept', async () => {
    fake.behave(healthy(1));
    const { ask } = asking(fake);
    for (let round = 0; round < 10; round++) await ask();
    expect(fake.requests()).toHaveLength(10);
    expect(fake.connections).toBeLessThan(5);
  });
});

describe('a platform that fails', () => {
  const tomorrow = '2025-10-21T12:00:00.001Z';

  test.each<[name: string, behaviour: Behaviour, reason: string, tries: number, message: string]>([
    ['hangs', hanging, 'TIMEOUT', 3, 'no answer in time'],
    ['drips its body', dripping(), 'TIMEOUT', 3, 'no answer in time'],
  ])('%s', async (_name, behaviour, reason, tries, message) => {
    fake.behave(behaviour);
    const answer = await asking(fake, { timeoutMs: SOON_MS }).ask();
    expect(answer).toMatchObject({ kind: 'failed', reason, error: { message } });
    expect(fake.requests()).toHaveLength(tries);
    await brokenOff();
  });

  test.each<[name: string, behaviour: Behaviour, reason: string, tries: number, message: string | RegExp]>([
    ['answers 500', failing(), 'SERVER_ERROR', 3, 'answered status 500'],
    ['answers 503', unavailable(), 'SERVER_ERROR', 3, 'answered status 503'],
    ['answers 503 and when to come back', unavailable(60), 'SERVER_ERROR', 1, 'answered status 503'],
    ['answers 429', rateLimiting(), 'RATE_LIMITED', 1, 'answered status 429'],
    ['answers 401', refusing(401), 'REFUSED', 1, 'answered status 401'],
    ['answers 403', refusing(403), 'REFUSED', 1, 'answered status 403'],
    ['answers 400', failing(400), 'BAD_ANSWER', 1, 'answered status 400'],
    ['redirects', redirecting('/elsewhere'), 'REDIRECT', 1, 'answered status 302'],
    [
      'redirects for good',
      redirecting('https://elsewhere.example/', 308),
      'REDIRECT',
      1,
      'answered status 308',
    ],
    ['sends a page', html, 'BAD_ANSWER', 1, 'the answer is not JSON in UTF-8'],
    ['sends half of its JSON', cutOff, 'UNREACHABLE', 3, /^the connection failed \(\w+\)$/],
    ['tells a negative count', negative, 'BAD_ANSWER', 1, COUNT_RULE],
    ['tells an absurd count', absurd, 'BAD_ANSWER', 1, COUNT_RULE],
    ['tells a fraction', fractional, 'BAD_ANSWER', 1, COUNT_RULE],
    ['tells its count as a text', counting('12'), 'BAD_ANSWER', 1, COUNT_RULE],
    ['tells no count', counting(undefined), 'BAD_ANSWER', 1, 'answer.views: is missing'],
    ['sends a list', json([]), 'BAD_ANSWER', 1, /^answer: .*expected object/],
    ['sends null', json(null), 'BAD_ANSWER', 1, /^answer: .*expected object/],
    [
      'counted before 2000',
      healthy(1, '1999-12-31T23:59:59Z'),
      'BAD_ANSWER',
      1,
      /^answer.measuredAt: must be an RFC/,
    ],
    [
      'counts ahead',
      healthy(1, tomorrow),
      'BAD_ANSWER',
      1,
      /^answer.measuredAt: must not lie more than 24 hours/,
    ],
  ])('%s', async (_name, behaviour, reason, tries, message) => {
    fake.behave(behaviour);
    const answer = await asking(fake).ask();
    expect(answer).toMatchObject({ kind: 'failed', reason });
    if (answer.kind === 'failed') expect(answer.error.message).toMatch(message);
    expect(fake.requests()).toHaveLength(tries);
  });

  test('floods: the answer is not read to its end', async () => {
    fake.behave(flooding());
    expect(await asking(fake).ask()).toMatchObject({ kind: 'failed', reason: 'TOO_LARGE' });
    await brokenOff();
    const [request] = fake.requests();
    // What the network had buffered by then is sent; it is nothing like 10 MB.
    expect(request?.sentBytes).toBeLessThan(5 * 1024 * 1024);
  });

  test('refuses connections', async () => {
    await fake.goAway();
    const answer = await asking(fake).ask();
    expect(answer).toMatchObject({
      kind: 'failed',
      reason: 'UNREACHABLE',
      error: { message: 'the connection failed (ECONNREFUSED)', cause: { message: 'fetch failed' } },
    });
  });

  test('shows a certificate that is not trusted', async () => {
    const secure = await startFakePlatform({ selfSigned: true });
    try {
      secure.behave(healthy(1));
      expect(await asking(secure).ask()).toMatchObject({
        kind: 'failed',
        reason: 'CERTIFICATE',
        error: { message: 'the certificate does not hold (DEPTH_ZERO_SELF_SIGNED_CERT)' },
      });
      expect(secure.requests()).toEqual([]);
      expect(secure.connections).toBe(1);
    } finally {
      await secure.stop();
    }
  });

  test('works again a moment later: the question is put again', async () => {
    fake.behave(failing());
    const { ask, platform } = asking(fake, {}, { retryDelayMs: 50, longestRetryDelayMs: 50 });
    const answer = ask();
    await waitFor(() => fake.requests().length > 0, { what: 'the first try', timeoutMs: 5_000, everyMs: 1 });
    fake.behave(healthy(7));
    expect(await answer).toMatchObject({ kind: 'measured', views: 7 });
    expect(platform.health.status).toBe('HEALTHY');
  });
});

describe('a platform that says when to come back', () => {
  test.each<[name: string, behaviour: Behaviour, waitMs: number]>([
    ['429 with seconds', rateLimiting(120), 120_000],
    ['429 with a date', rateLimiting(new Date(NOW + 90_000).toUTCString()), 90_000],
    ['503 with seconds', unavailable(45), 45_000],
    ['429 without a word: the cool-down', rateLimiting(), 30_000],
    ['429 with nonsense: the cool-down', rateLimiting('soon'), 30_000],
    ['429 with a year: no longer than an hour', rateLimiting(31_536_000), 3_600_000],
  ])('is not asked before: %s', async (_name, behaviour, waitMs) => {
    fake.behave(behaviour);
    const { ask, clock } = asking(fake);
    expect(await ask()).toMatchObject({ kind: 'failed' });

    fake.behave(healthy(9));
    clock.set(later(waitMs - 1));
    expect(await ask()).toEqual({ kind: 'postponed', until: later(waitMs) });
    expect(fake.requests()).toHaveLength(1);

    clock.set(later(waitMs));
    expect(await ask()).toMatchObject({ kind: 'measured', views: 9 });
  });
});
