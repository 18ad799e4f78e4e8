import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTurns } from '../../../src/gateway/operations/turns';

const busyFor = (ms: number): void => {
  for (const until = performance.now() + ms; performance.now() < until;);
};

describe('turns of the event loop', () => {
  test('are one each: between two of them the loop does what else there is', async () => {
    const turns = createTurns();
    // What runs for the first time takes long, and the loop rests behind it.
    for (let warm = 0; warm < 20; warm += 1) await turns.next('one');
    const order: string[] = [];
    const working = Promise.all(
      ['a', 'b', 'c'].map((name) => turns.next('one').then(() => order.push(name))),
    );
    for (let turn = 0; order.length < 3; turn += 1) {
      await nextTurn();
      order.push(`loop ${turn}`);
      if (turn > 20) break;
    }
    await working;
    const between = (one: string, other: string): string[] =>
      order.slice(order.indexOf(one) + 1, order.indexOf(other));
    expect(between('a', 'b').length).toBeGreaterThan(0);
    expect(between('b', 'c').length).toBeGreaterThan(0);
  });

  test('are taken in turns by those who ask for different holders', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const ask = (holder: string, name: string): Promise<unknown> =>
      turns.next(holder).then(() => order.push(name));
    await Promise.all([ask('many', 'm1'), ask('many', 'm2'), ask('many', 'm3'), ask('few', 'f1')]);
    expect(order).toEqual(['m1', 'f1', 'm2', 'm3']);
  });

  test('are given away only once a turn has been worked in for long', async () => {
    const turns = createTurns();
    let looped = false;
    await nextTurn();
    setImmediate(() => (looped = true));
    await turns.giveWay('one');
    await turns.giveWay('one');
    expect(looped).toBe(false);
    busyFor(10);
    await turns.giveWay('one');
    expect(looped).toBe(true);
  });
});
