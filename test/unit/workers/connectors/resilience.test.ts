import { randomUUID } from 'node:crypto';
import {
  failing,
  hanging,
  healthy,
  json,
  refusing,
  unavailable,
} from '../../../harness/platforms/behaviours';
import { type FakePlatform, startFakePlatform } from '../../../harness/platforms/fake-platform';
import { waitFor } from '../../../harness/wait-for';
import { asking, CHANNEL, later, NOW, SOON_MS } from './asking';

let fake: FakePlatform;
beforeEach(async () => void (fake = await startFakePlatform()));
afterEach(() => fake.stop());

const COOL_DOWN_MS = 30_000;
const underWay = (count: number) =>
  waitFor(() => fake.requests().length === count, {
    what: `${count} requests`,
    timeoutMs: 5_000,
    everyMs: 5,
  });

describe('the circuit breaker', () => {
  test('opens in the middle of a question, after five failed tries', async () => {
    fake.behave(failing());
    const { ask, platform } = asking(fake);
    expect(await ask()).toMatchObject({ kind: 'failed', reason: 'SERVER_ERROR' });
    expect(await ask()).toMatchObject({ kind: 'failed', reason: 'SERVER_ERROR' });
    expect(fake.requests()).toHaveLength(5);
    expect(platform.health).toEqual({ status: 'FAILING', since: NOW, reason: 'SERVER_ERROR' });
  });

  test('lets nothing through while it is open, one probe after that, and all once that one is answered', async () => {
    fake.behave(failing());
    const { ask, clock, changes } = asking(fake, {}, { failuresUntilOpen: 1 });
    await ask();
    clock.advance(COOL_DOWN_MS - 1);
    expect(await ask()).toEqual({ kind: 'postponed', until: later(COOL_DOWN_MS) });
    expect(fake.requests()).toHaveLength(1);

    clock.advance(1);
    expect(await ask()).toMatchObject({ kind: 'failed', reason: 'SERVER_ERROR' });
    expect(fake.requests()).toHaveLength(2);
    expect(await ask()).toEqual({ kind: 'postponed', until: later(2 * COOL_DOWN_MS) });

    fake.behave(healthy(3));
    clock.advance(COOL_DOWN_MS);
    expect(await ask()).toMatchObject({ kind: 'measured', views: 3 });
    expect(await ask()).toMatchObject({ kind: 'measured' });
    expect(changes).toEqual([
      { status: 'FAILING', since: NOW, reason: 'SERVER_ERROR' },
      { status: 'HEALTHY', since: later(2 * COOL_DOWN_MS) },
    ]);
  });

  test('asks nothing beside the probe', async () => {
    fake.behave(failing());
    const { ask, clock, platform } = asking(fake, {}, { failuresUntilOpen: 1 });
    await ask();
    clock.advance(COOL_DOWN_MS);
    fake.behave(hanging);
    const probe = ask();
    await underWay(2);
    expect(await Promise.all([ask(), ask()])).toEqual([
      { kind: 'postponed', until: later(COOL_DOWN_MS + 3_000) },
      { kind: 'postponed', until: later(COOL_DOWN_MS + 3_000) },
    ]);
    expect(fake.requests()).toHaveLength(2);
    platform.stop();
    await probe;
  });

  test('is for one platform alone', async () => {
    const other = await startFakePlatform();
    try {
      fake.behave(failing());
      other.behave(healthy(1));
      await asking(fake, {}, { failuresUntilOpen: 1 }).ask();
      expect(await asking(other, {}, { failuresUntilOpen: 1 }).ask()).toMatchObject({ kind: 'measured' });
    } finally {
      await other.stop();
    }
  });
});

describe('health', () => {
  test('changes after three failed questions, with its reason, and is reported once', async () => {
    fake.behave(refusing());
    const { ask, changes, platform, logged, clock } = asking(fake);
    await ask();
    await ask();
    expect(platform.health).toEqual({ status: 'HEALTHY', since: NOW });
    clock.advance(10);
    await ask();
    fake.behave(json({ views: -1 }));
    await ask();
    expect(changes).toEqual([{ status: 'FAILING', since: later(10), reason: 'REFUSED' }]);
    expect(platform.health).toEqual({ status: 'FAILING', since: later(10), reason: 'BAD_ANSWER' });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ msg: 'a platform fails', channel: CHANNEL, reason: 'REFUSED' });

    fake.behave(healthy(1));
    await ask();
    expect(platform.health).toEqual({ status: 'HEALTHY', since: later(10) });
    expect(logged).toHaveLength(2);
    expect(logged[1]).toMatchObject({ msg: 'a platform works again', channel: CHANNEL });
  });

  test('does not change for failures with answers between them', async () => {
    const { ask, changes } = asking(fake);
    for (let round = 0; round < 3; round++) {
      fake.behave(refusing());
      await ask();
      await ask();
      fake.behave(healthy(1));
      await ask();
    }
    expect(changes).toEqual([]);
  });

  test('is not reported to a listener that was removed, and survives one that throws', async () => {
    fake.behave(refusing());
    const { ask, platform, logged } = asking(fake, {}, { failuresUntilFailing: 1 });
    const heard: unknown[] = [];
    platform.onChange((health) => void heard.push(health))();
    platform.onChange(() => {
      throw new Error('not listening');
    });
    expect(await ask()).toMatchObject({ kind: 'failed', reason: 'REFUSED' });
    expect(heard).toEqual([]);
    expect(logged.at(-1)).toMatchObject({ err: { message: 'not listening' } });
  });

  test('tells neither credentials nor URLs', async () => {
    const { ask, logged } = asking(
      fake,
      { credentials: { type: 'query', name: 'key', value: 'hunter2' }, headers: { 'x-key': 'hunter2' } },
      { failuresUntilFailing: 1 },
    );
    await fake.goAway();
    const answer = await ask();
    const told = JSON.stringify(logged);
    expect(told).toContain('ECONNREFUSED');
    expect(told).not.toMatch(/hunter2|http:/);
    expect(String(answer.kind === 'failed' && answer.error.stack)).not.toMatch(/hunter2|http:\/\//);
  });
});

describe('what is under way at the same time', () => {
  test('is bounded, and nothing is lost by waiting', async () => {
    const { ask, platform } = asking(fake, { concurrency: 3 });
    fake.behave(hanging);
    const first = Array.from({ length: 10 }, () => ask());
    await underWay(3);
    platform.stop();
    await Promise.all(first);
    expect(fake.mostAtOnce).toBe(3);

    fake.behave(healthy(1));
    const { ask: askAgain } = asking(fake, { concurrency: 3 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => askAgain()));
    expect(answers.every(({ kind }) => kind === 'measured')).toBe(true);
  });

  test('ends within the time of a whole question: a waiting one is postponed, one that was asked has failed', async () => {
    fake.behave(hanging);
    const { ask } = asking(fake, { concurrency: 1, timeoutMs: SOON_MS }, { overallMs: 1.5 * SOON_MS });
    const answers = await Promise.all([ask(), ask()]);
    expect(answers).toMatchObject([
      { kind: 'failed', reason: 'TIMEOUT' },
      { kind: 'postponed', until: later(SOON_MS) },
    ]);
    expect(fake.requests()).toHaveLength(1);
  });

  test('waits for the rate limiter, if its slot comes in time', async () => {
    fake.behave(healthy(1));
    const { ask } = asking(fake, { ratePerSecond: 0.01, timeoutMs: SOON_MS }, { overallMs: 2 * SOON_MS });
    expect(await ask()).toMatchObject({ kind: 'measured' });
    expect(await ask()).toEqual({ kind: 'postponed', until: later(SOON_MS) });
    expect(fake.requests()).toHaveLength(1);
  });

  test('has a queue that ends', async () => {
    fake.behave(hanging);
    const { ask, platform } = asking(fake, { concurrency: 1 }, { longestQueue: 1 });
    const waiting = [ask(), ask()];
    expect(await ask()).toEqual({ kind: 'postponed', until: later(3_000) });
    platform.stop();
    await Promise.all(waiting);
  });

  test('is given up together once the platform wants to be left alone', async () => {
    fake.behave(unavailable(60));
    const { ask } = asking(fake, { concurrency: 1 });
    const answers = await Promise.all([ask(), ask(), ask()]);
    const postponed = { kind: 'postponed', until: later(60_000) };
    expect(answers).toMatchObject([{ kind: 'failed' }, postponed, postponed]);
    expect(fake.requests()).toHaveLength(1);
  });
});

describe('stopping', () => {
  test('breaks off what is under way and what waits, and nothing is asked any more', async () => {
    fake.behave(hanging);
    const { ask, platform, changes } = asking(fake, { concurrency: 1 }, { failuresUntilFailing: 1 });
    const answers = [ask(), ask()];
    await underWay(1);
    platform.stop();
    const postponed = { kind: 'postponed', until: NOW };
    expect(await Promise.all(answers)).toEqual([postponed, postponed]);
    expect(await ask()).toEqual(postponed);
    await waitFor(() => fake.requests()[0]?.isBrokenOff, { what: 'the connection to end', timeoutMs: 5_000 });
    expect(fake.requests()).toHaveLength(1);
    expect(changes).toEqual([]);
  });

  test('breaks off the pause between two tries', async () => {
    fake.behave(failing());
    const pause = { retryDelayMs: 60_000, longestRetryDelayMs: 60_000, overallMs: 120_000 };
    const { ask, platform } = asking(fake, {}, pause);
    const answer = ask();
    await underWay(1);
    platform.stop();
    expect(await answer).toEqual({ kind: 'postponed', until: NOW });
  });
});

describe('a question', () => {
  test('carries what is configured', async () => {
    const eventId = randomUUID();
    fake.behave(healthy(1));
    const headers = { 'X-Partner': 'seoul' };
    await asking(fake, { credentials: { type: 'bearer', token: 't0ken' }, headers }).ask(eventId);
    await asking(fake, { credentials: { type: 'header', name: 'X-Key', value: 'k3y' } }).ask(eventId);
    await asking(fake, { credentials: { type: 'query', name: 'key', value: 'k&y' }, headers: {} }).ask(
      eventId,
    );
    const url = `/events/${eventId}/views`;
    expect(fake.requests({ channel: CHANNEL, eventId })).toMatchObject([
      { method: 'GET', url, headers: { authorization: 'Bearer t0ken', 'x-partner': 'seoul' } },
      { method: 'GET', url, headers: { 'x-key': 'k3y' } },
      { method: 'GET', url: `${url}?key=k%26y` },
    ]);
  });

  test('that the platform cannot know is not sent', async () => {
    const { ask } = asking(fake, { parser: 'instagram' });
    expect(await ask()).toEqual({ kind: 'not_configured' });
    expect(fake.requests()).toEqual([]);
  });

  test('that cannot be sent is a failure, not a silence', async () => {
    const broken = { baseUrl: () => 'nowhere' };
    expect(await asking(broken).ask()).toMatchObject({ kind: 'failed', reason: 'BAD_ANSWER' });
  });
});
