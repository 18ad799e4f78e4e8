import { setTimeout as sleep } from 'node:timers/promises';
import { createLifecycle, type Lifecycle } from '../../../src/lifecycle';
import { NotReady } from '../../../src/runtime/not-ready';
import { createLogger } from '../../../src/observability/log';

const log = createLogger({ level: 'silent' });
const never = () => new Promise<void>(() => undefined);

function create(timeoutMs = 5_000): {
  lifecycle: Lifecycle;
  steps: string[];
  note: (step: string) => () => void;
} {
  const steps: string[] = [];
  const note = (step: string) => () => void steps.push(step);
  return { lifecycle: createLifecycle({ timeoutMs, log, checkTimeoutMs: 20 }), steps, note };
}

describe('stopping', () => {
  test('drains from the top down, then disposes from the top down', async () => {
    const { lifecycle, steps, note } = create();
    lifecycle.own('database', { close: note('database closed') });
    lifecycle.own('consumer', { stop: note('consumer stopped') }, { drain: note('consumer drained') });
    lifecycle.own('server', note('server gone'), { drain: note('server drained') });
    expect(await lifecycle.stop()).toEqual({ failures: [], hung: [] });
    expect(steps).toEqual([
      'server drained',
      'consumer drained',
      'server gone',
      'consumer stopped',
      'database closed',
    ]);
  });

  test('waits for a step to end before it takes the next', async () => {
    const { lifecycle, steps, note } = create();
    lifecycle.own('below', note('below'));
    lifecycle.own('above', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      steps.push('above');
    });
    await lifecycle.stop();
    expect(steps).toEqual(['above', 'below']);
  });

  test('happens once, however often it is asked for', async () => {
    const { lifecycle, steps, note } = create();
    lifecycle.own('database', note('closed'));
    const [first, second] = await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(second).toBe(first);
    expect(await lifecycle.stop()).toBe(first);
    expect(steps).toEqual(['closed']);
  });

  test('goes on past a part that fails, and keeps the error', async () => {
    const { lifecycle, steps, note } = create();
    const error = new Error('already gone');
    lifecycle.own('database', note('database closed'));
    lifecycle.own('cache', () => Promise.reject(error));
    lifecycle.own('server', () => {
      throw error;
    });
    expect((await lifecycle.stop()).failures).toEqual([
      { name: 'server', error },
      { name: 'cache', error },
    ]);
    expect(steps).toEqual(['database closed']);
  });

  test('leaves behind what hangs, names it, and still gives the rest the time to close', async () => {
    const { lifecycle, steps, note } = create(400);
    lifecycle.own('database', async () => {
      await sleep(1);
      steps.push('database closed');
    });
    lifecycle.own('consumer', never);
    lifecycle.own('server', note('server gone'), { drain: never });
    expect(await lifecycle.stop()).toEqual({ failures: [], hung: ['server (draining)', 'consumer'] });
    expect(steps).toEqual(['server gone', 'database closed']);
    expect(lifecycle.status).toBe('stopped');
  });

  test('lets a part use the time that those after it do not need', async () => {
    const { lifecycle, steps, note } = create(2_000);
    for (const name of ['a', 'b', 'c', 'd']) lifecycle.own(name, note(name));
    lifecycle.own('consumer', async () => {
      // More than a fifth of the time.
      await sleep(700);
      steps.push('consumer');
    });
    expect(await lifecycle.stop()).toEqual({ failures: [], hung: [] });
    expect(steps).toEqual(['consumer', 'd', 'c', 'b', 'a']);
  });

  test('tells each part when it will be left behind, so that it can give up before', async () => {
    const { lifecycle } = create(1_000);
    let limit = 0;
    lifecycle.own('database', never);
    lifecycle.own('traces', (limitMs: number) => {
      limit = limitMs;
    });
    await lifecycle.stop();
    expect(limit).toBeGreaterThan(0);
    expect(limit).toBeLessThanOrEqual(1_000 - 200);
  });

  test('keeps time for those after one that hangs', async () => {
    const { lifecycle, steps } = create(1_000);
    for (const name of ['a', 'b', 'c']) {
      lifecycle.own(name, async () => {
        await sleep(20);
        steps.push(name);
      });
    }
    lifecycle.own('consumer', never);
    expect(await lifecycle.stop()).toEqual({ failures: [], hung: ['consumer'] });
    expect(steps).toEqual(['c', 'b', 'a']);
  });

  test('closes a part that is opened while stopping, and tells its opener', async () => {
    const { lifecycle, steps, note } = create();
    lifecycle.own('server', () => {
      expect(() => lifecycle.own('late', note('late closed'))).toThrow('The service is stopping');
    });
    const report = await lifecycle.stop();
    expect(report.failures).toEqual([]);
    expect(steps).toEqual(['late closed']);
    expect(() => lifecycle.own('later', note('later closed'))).toThrow('later is closed again');
    await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toEqual(['late closed', 'later closed']);
  });
});

describe('the status', () => {
  test('goes from starting through ready and stopping to stopped', async () => {
    const { lifecycle } = create();
    const seen = [lifecycle.status];
    lifecycle.markReady();
    seen.push(lifecycle.status);
    lifecycle.own('part', () => void seen.push(lifecycle.status));
    await lifecycle.stop();
    expect([...seen, lifecycle.status]).toEqual(['starting', 'ready', 'stopping', 'stopped']);
  });

  test('is not ready any more when the start ends after stopping has begun', async () => {
    const { lifecycle } = create();
    const stopped = lifecycle.stop();
    lifecycle.markReady();
    expect(lifecycle.status).not.toBe('ready');
    await stopped;
    expect((await lifecycle.readiness()).ready).toBe(false);
  });
});

describe('readiness', () => {
  test('wants a service that has started and parts that are all well', async () => {
    const { lifecycle, note } = create();
    let isWell = true;
    const check = () => (isWell ? Promise.resolve() : Promise.reject(new Error('away')));
    lifecycle.own('database', note('closed'), { check });
    lifecycle.own('server', note('closed'));
    expect(await lifecycle.readiness()).toMatchObject({ status: 'starting', ready: false });
    lifecycle.markReady();
    expect(await lifecycle.readiness()).toMatchObject({ status: 'ready', ready: true });
    isWell = false;
    expect(await lifecycle.readiness()).toEqual({
      status: 'ready',
      ready: false,
      parts: [
        { name: 'database', ready: false },
        { name: 'server', ready: true },
      ],
    });
  });

  test('does without a part that decides nothing, and tells of it all the same', async () => {
    const { lifecycle, note } = create();
    const check = () => Promise.reject(new Error('away'));
    lifecycle.own('redis', note('closed'), { check, decides: false });
    lifecycle.own('hanging', note('closed'), { check: never, decides: false });
    lifecycle.markReady();
    expect(await lifecycle.readiness()).toEqual({
      status: 'ready',
      ready: true,
      parts: [
        { name: 'redis', ready: false },
        { name: 'hanging', ready: false },
      ],
    });
  });

  test('tells what a check has to say for the public, and nothing else of an error', async () => {
    const { lifecycle, note } = create();
    lifecycle.own('consumer', note('closed'), {
      check: () => {
        throw new NotReady('It is stuck.', { since: '2025-10-22T10:00:00Z' });
      },
    });
    lifecycle.own('database', note('closed'), {
      check: () => Promise.reject(Object.assign(new Error('password'), { detail: { password: 'hunter2' } })),
    });
    expect((await lifecycle.readiness()).parts).toEqual([
      { name: 'consumer', ready: false, detail: { since: '2025-10-22T10:00:00Z' } },
      { name: 'database', ready: false },
    ]);
  });

  test('does not wait for a part that gives no answer', async () => {
    const { lifecycle, note } = create();
    lifecycle.own('database', note('closed'), { check: never });
    lifecycle.markReady();
    expect(await lifecycle.readiness()).toMatchObject({ ready: false });
  });
});

test('what is owned is handed back', () => {
  const { lifecycle } = create();
  const database = { close: () => undefined, name: 'db' };
  expect(lifecycle.own('database', database).name).toBe('db');
});
