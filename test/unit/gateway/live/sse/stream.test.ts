import { setImmediate as turn } from 'node:timers/promises';
import { createLatestValueStream } from '../../../../../src/gateway/live/sse/stream';

describe('a latest-value stream', () => {
  const ready = () => Promise.resolve();

  it('gives a slow reader the latest value, and not those before', async () => {
    const latest = createLatestValueStream<number>(() => undefined, ready);
    latest.put(1);
    latest.put(2);
    expect(await latest.values.next()).toEqual({ done: false, value: 2 });
    const next = latest.values.next();
    await turn();
    latest.put(3);
    expect(await next).toEqual({ done: false, value: 3 });
  });

  it('gives the last value before it ends', async () => {
    let returns = 0;
    const latest = createLatestValueStream<number>(() => (returns += 1), ready);
    latest.put(1);
    latest.end();
    latest.put(2);
    expect(await latest.values.next()).toEqual({ done: false, value: 1 });
    expect(await latest.values.next()).toEqual({ done: true, value: undefined });
    await latest.values.return();
    expect(returns).toBe(1);
  });

  it('can be returned while its reader waits', async () => {
    let returns = 0;
    const latest = createLatestValueStream<number>(() => (returns += 1), ready);
    const waiting = latest.values.next();
    await turn();
    await latest.values.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(returns).toBe(1);
  });

  it('holds a value until the reader is ready for it; the next one replaces it', async () => {
    let open: () => void = () => undefined;
    const latest = createLatestValueStream<number>(
      () => undefined,
      () => new Promise((resolve) => (open = resolve)),
    );
    const first = latest.values.next();
    latest.put(1);
    latest.put(2);
    open();
    expect(await first).toEqual({ done: false, value: 2 });
  });
});
