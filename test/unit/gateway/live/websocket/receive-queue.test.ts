import { setImmediate as turn } from 'node:timers/promises';
import { SOCKET_LIMITS } from '../../../../../src/gateway/live/websocket/limits';
import {
  createMessageScheduler,
  createReceiveQueue,
  type ReceiveQueueOptions,
} from '../../../../../src/gateway/live/websocket/receive-queue';

const OPEN = 1;

/** What a receive queue needs of a socket. */
function openSocket() {
  let readyState = OPEN;
  let isPaused = false;
  return {
    OPEN,
    get readyState() {
      return readyState;
    },
    get isPaused() {
      return isPaused;
    },
    pause: () => (isPaused = true),
    resume: () => (isPaused = false),
    close: () => (readyState = 2),
  };
}

describe('a receive queue', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  function open(limits: Partial<ReceiveQueueOptions['limits']> = {}) {
    const socket = openSocket();
    let floods = 0;
    const receiveQueue = createReceiveQueue({
      socket,
      scheduler: createMessageScheduler(),
      limits: { ...SOCKET_LIMITS, ...limits },
      onFlood() {
        floods += 1;
        socket.close();
      },
    });
    const handled: number[] = [];
    const send = (from: number, to: number): void => {
      for (let n = from; n < to; n += 1) receiveQueue.push(() => handled.push(n));
    };
    return { socket, receiveQueue, handled, send, floods: () => floods };
  }

  it('handles one message in an iteration of the loop, in order, and pauses the socket until then', async () => {
    const { socket, handled, send } = open();
    send(0, 40);
    expect(socket.isPaused).toBe(true);
    expect(handled).toEqual([]);
    await turn();
    await turn();
    expect(handled.length).toBeLessThan(5);
    for (let n = 0; n < 50; n += 1) await turn();
    expect(handled).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(socket.isPaused).toBe(false);
  });

  it('handles a burst at once, and then as many as the rate limit allows', async () => {
    const { handled, send } = open({ messagesAtOnce: 10, messagesPerSecond: 5 });
    send(0, 30);
    for (let n = 0; n < 50; n += 1) await turn();
    expect(handled).toHaveLength(10);
    for (const seconds of [1, 2, 3]) {
      for (let n = 0; n < 10; n += 1) {
        await jest.advanceTimersByTimeAsync(100);
        await turn();
        await turn();
      }
      expect(handled.length).toBeGreaterThanOrEqual(10 + seconds * 5 - 1);
      expect(handled.length).toBeLessThanOrEqual(10 + seconds * 5);
    }
  });

  it('closes a client that goes on sending faster than it is read, but not for one burst', async () => {
    const limits = { messagesAtOnce: 10, messagesPerSecond: 10, messagesWaiting: 30, floodMs: 5_000 };
    const { send, floods, handled } = open(limits);
    async function seconds(many: number, perSecond: number): Promise<void> {
      for (let n = 0; n < many * 10; n += 1) {
        send(0, perSecond / 10);
        await jest.advanceTimersByTimeAsync(100);
        await turn();
        await turn();
      }
    }
    send(0, 30);
    await seconds(4, 0);
    expect(handled).toHaveLength(30);
    send(0, 20);
    await seconds(20, 10);
    expect(floods()).toBe(1);
  });

  it('waits while the maximum of operations runs', async () => {
    const { receiveQueue, handled, send } = open({ operations: 2 });
    const [end] = [receiveQueue.startOperation(), receiveQueue.startOperation()];
    send(0, 3);
    for (let n = 0; n < 5; n += 1) await turn();
    expect(handled).toEqual([]);
    end();
    end();
    expect(receiveQueue.runningOperations).toBe(1);
    for (let n = 0; n < 5; n += 1) await turn();
    expect(handled).toEqual([0, 1, 2]);
  });

  it('holds no more than may wait, and nothing of a socket that is being closed', async () => {
    const { socket, handled, send, floods } = open({ messagesWaiting: 20 });
    send(0, 20);
    expect(floods()).toBe(0);
    send(20, 21);
    expect(floods()).toBe(1);
    send(21, 22);
    await turn();
    await turn();
    expect(handled).toEqual([]);
    // The client's close frame has to be read, too.
    expect(socket.isPaused).toBe(false);
  });
});

describe('a message scheduler', () => {
  it('ends an iteration after its time budget, and is round-robin: no second message of a socket before the first of all others', async () => {
    let now = 0;
    const scheduler = createMessageScheduler(() => now);
    const order: string[] = [];
    const schedule = (name: string, times: number): void =>
      scheduler.schedule(() => {
        order.push(name);
        now += 4;
        if (times > 1) schedule(name, times - 1);
      });
    schedule('much', 5);
    schedule('little', 1);
    schedule('other', 1);
    await turn();
    expect(order).toEqual(['much', 'little', 'other']);
    for (let n = 0; n < 5; n += 1) await turn();
    expect(order).toEqual(['much', 'little', 'other', 'much', 'much', 'much', 'much']);
  });
});
