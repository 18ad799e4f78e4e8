import { createServer, type Socket, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setImmediate as nextCheckPhase } from 'node:timers/promises';
import { settlesWithin, within } from '../../../src/runtime/timeout';

const never = new Promise<never>(() => undefined);

describe('within', () => {
  it('returns what the promise comes to in time, and throws what it is rejected with', async () => {
    const isNotCalled = (): never => {
      throw new Error('It was in time.');
    };
    expect(await within(1_000, Promise.resolve('there'), isNotCalled)).toBe('there');
    await expect(within(1_000, Promise.reject(new Error('no')), isNotCalled)).rejects.toThrow('no');
  });

  it('returns or throws what onLate does when time is over', async () => {
    expect(await within(5, never, () => 'late')).toBe('late');
    const tooLate = (): never => {
      throw new RangeError('too late');
    };
    await expect(within(-5, never, tooLate)).rejects.toThrow(RangeError);
  });

  it('ignores a failure that comes too late', async () => {
    let fail: (error: Error) => void = () => undefined;
    const failing = new Promise<never>((_, reject) => (fail = reject));
    expect(await within(1, failing, () => 'late')).toBe('late');
    // Unhandled, it would end the process and so this test.
    fail(new Error('too late'));
    await nextCheckPhase();
  });

  it('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await within(60_000, Promise.resolve(), () => undefined);
    await within(60_000, Promise.reject(new Error('no')), () => undefined).catch(() => undefined);
    expect(timers()).toBe(before);
  });

  it('reads an answer that has come during a pause of the whole process', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [peer] = (await accepted) as [Socket];
    // The next phase of the event loop is that of the timers.
    await nextCheckPhase();
    peer.write('there');
    const answered = within(10, once(client, 'data'), () => 'late');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    expect(String(await answered)).toBe('there');
    client.destroy();
    server.close();
  });
});

describe('settlesWithin', () => {
  it('tells whether a promise settles in time; a rejection settles it, too', async () => {
    expect(await settlesWithin(1_000, Promise.resolve())).toBe(true);
    expect(await settlesWithin(1_000, Promise.reject(new Error('no')))).toBe(true);
    expect(await settlesWithin(5, never)).toBe(false);
  });
});
