import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTurns } from '../../../src/gateway/operations/turns';

const busyFor = (ms: number): void => {
  for (const until = performance.now() + ms; performance.now() < until;);
};

describe('turns of the event loop', () => {
  test('end with a piece that takes long: the loop does what else there is ahead of the next', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const work = async (name: string): Promise<void> => {
      await turns.giveWay('one', 'heavy');
      order.push(name);
      busyFor(6);
      setImmediate(() => order.push(`the loop behind ${name}`));
      // What goes on in promises is part of the piece.
      await Promise.resolve();
      order.push(`${name} goes on`);
    };
    await Promise.all(['a', 'b', 'c'].map(work));
    expect(order).toEqual([
      'a',
      'a goes on',
      'the loop behind a',
      'b',
      'b goes on',
      'the loop behind b',
      'c',
      'c goes on',
    ]);
  });

  test('of light pieces end with what takes long in the promises of one', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const work = async (name: string): Promise<void> => {
      await turns.next('one');
      order.push(name);
      for (let step = 0; step < 5; step += 1) await Promise.resolve();
      busyFor(6);
      setImmediate(() => order.push(`the loop behind ${name}`));
    };
    await Promise.all(['a', 'b'].map(work));
    expect(order).toEqual(['a', 'the loop behind a', 'b']);
  });

  test('are taken in turns by those who ask for different holders', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const ask = (holder: string, name: string): Promise<unknown> =>
      turns.next(holder).then(() => order.push(name));
    await Promise.all([ask('many', 'm1'), ask('many', 'm2'), ask('many', 'm3'), ask('few', 'f1')]);
    expect(order).toEqual(['m1', 'f1', 'm2', 'm3']);
  });

  test('begin with one piece that need not wait; others give way to what else there is', async () => {
    const turns = createTurns();
    let looped = false;
    await nextTurn();
    setImmediate(() => (looped = true));
    const second = turns.giveWay('one').then(() => {
      expect(looped).toBe(false);
      return turns.giveWay('one');
    });
    await second;
    expect(looped).toBe(true);
  });

  it('have room for pieces that follow at once, until it has lasted long', async () => {
    const turns = createTurns();
    await nextTurn();
    expect([turns.mayGoOn('one'), turns.mayGoOn('other')]).toEqual([true, true]);
    busyFor(6);
    expect(turns.mayGoOn('one')).toBe(false);
    await nextTurn();
    expect(turns.mayGoOn('one')).toBe(true);
  });

  it('have no room for pieces that follow at once ahead of who waits, nor for heavy ones', async () => {
    const turns = createTurns();
    await nextTurn();
    expect(turns.mayGoOn('one', 'heavy')).toBe(false);
    const waits = turns.next('other');
    expect(turns.mayGoOn('one')).toBe(false);
    await waits;
    expect(turns.mayGoOn('one')).toBe(true);
  });

  it('of heavy work have room for many small pieces', async () => {
    const turns = createTurns();
    let [passed, isOver] = [0, false];
    const pass = (): void => {
      passed += 1;
      if (!isOver) setImmediate(pass);
    };
    setImmediate(pass);
    const begunIn = new Set<number>();
    const piece = () => turns.giveWay('one', 'heavy').then(() => begunIn.add(passed));
    await Promise.all(Array.from({ length: 400 }, piece));
    isOver = true;
    expect(begunIn.size).toBeLessThan(200);
  });
});
