import { setImmediate as turn } from 'node:timers/promises';
import { createIntake, type IntakeOptions } from '../../../../src/gateway/live/intake';
import { createMessageTurns } from '../../../../src/gateway/live/message-turns';
import { SOCKET_LIMITS } from '../../../../src/gateway/live/socket-limits';

const OPEN = 1;

/** What an intake wants of a socket. */
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

describe('the intake of a socket', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  function open(limits: Partial<IntakeOptions['limits']> = {}) {
    const socket = openSocket();
    let floods = 0;
    const intake = createIntake({
      socket,
      turns: createMessageTurns(),
      limits: { ...SOCKET_LIMITS, ...limits },
      onFlood() {
        floods += 1;
        socket.close();
      },
    });
    const dealtWith: number[] = [];
    const send = (from: number, to: number): void => {
      for (let n = from; n < to; n += 1) intake.take(() => dealtWith.push(n));
    };
    return { socket, intake, dealtWith, send, floods: () => floods };
  }

  it('deals with one message in a turn of the loop, in their order, and is not read from meanwhile', async () => {
    const { socket, dealtWith, send } = open();
    send(0, 40);
    expect(socket.isPaused).toBe(true);
    expect(dealtWith).toEqual([]);
    await turn();
    await turn();
    expect(dealtWith.length).toBeLessThan(5);
    for (let n = 0; n < 50; n += 1) await turn();
    expect(dealtWith).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(socket.isPaused).toBe(false);
  });

  it('takes so many at once, and then as many as its allowance grows by', async () => {
    const { dealtWith, send } = open({ messagesAtOnce: 10, messagesPerSecond: 5 });
    send(0, 30);
    for (let n = 0; n < 50; n += 1) await turn();
    expect(dealtWith).toHaveLength(10);
    for (const seconds of [1, 2, 3]) {
      for (let n = 0; n < 10; n += 1) {
        await jest.advanceTimersByTimeAsync(100);
        await turn();
        await turn();
      }
      expect(dealtWith.length).toBeGreaterThanOrEqual(10 + seconds * 5 - 1);
      expect(dealtWith.length).toBeLessThanOrEqual(10 + seconds * 5);
    }
  });

  it('gives a client up that goes on sending faster than it is read, and not one that has only been fast', async () => {
    const limits = { messagesAtOnce: 10, messagesPerSecond: 10, messagesWaiting: 30, floodMs: 5_000 };
    const { send, floods, dealtWith } = open(limits);
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
    expect(dealtWith).toHaveLength(30);
    send(0, 20);
    await seconds(20, 10);
    expect(floods()).toBe(1);
  });

  it('waits while as many operations are under way as may be', async () => {
    const { intake, dealtWith, send } = open({ operations: 2 });
    const [end] = [intake.begin(), intake.begin()];
    send(0, 3);
    for (let n = 0; n < 5; n += 1) await turn();
    expect(dealtWith).toEqual([]);
    end();
    end();
    expect(intake.underWay).toBe(1);
    for (let n = 0; n < 5; n += 1) await turn();
    expect(dealtWith).toEqual([0, 1, 2]);
  });

  it('takes no more than may wait, and nothing of a socket that is being closed', async () => {
    const { socket, dealtWith, send, floods } = open({ messagesWaiting: 20 });
    send(0, 20);
    expect(floods()).toBe(0);
    send(20, 21);
    expect(floods()).toBe(1);
    send(21, 22);
    await turn();
    await turn();
    expect(dealtWith).toEqual([]);
    // The other end's farewell comes by the same way.
    expect(socket.isPaused).toBe(false);
  });
});

describe('the turns of messages', () => {
  it('end after a while, and go round: nobody has a second before all others had their first', async () => {
    let now = 0;
    const turns = createMessageTurns(() => now);
    const order: string[] = [];
    const wait = (name: string, times: number): void =>
      turns.wait(() => {
        order.push(name);
        now += 4;
        if (times > 1) wait(name, times - 1);
      });
    wait('much', 5);
    wait('little', 1);
    wait('other', 1);
    await turn();
    expect(order).toEqual(['much', 'little', 'other']);
    for (let n = 0; n < 5; n += 1) await turn();
    expect(order).toEqual(['much', 'little', 'other', 'much', 'much', 'much', 'much']);
  });
});
