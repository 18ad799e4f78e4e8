import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLoopScheduler } from '../../../src/gateway/operations/loop-scheduler';

const busyFor = (ms: number): void => {
  for (const until = performance.now() + ms; performance.now() < until;);
};

describe('iterations of the event loop', () => {
  test('end with a long piece: the loop handles all other input before the next', async () => {
    const scheduler = createLoopScheduler();
    const order: string[] = [];
    const work = async (name: string): Promise<void> => {
      await scheduler.yieldToLoop('one', 'heavy');
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

  test('of light pieces end when the promises of one take long', async () => {
    const scheduler = createLoopScheduler();
    const order: string[] = [];
    const work = async (name: string): Promise<void> => {
      await scheduler.nextIteration('one');
      order.push(name);
      for (let step = 0; step < 5; step += 1) await Promise.resolve();
      busyFor(6);
      setImmediate(() => order.push(`the loop behind ${name}`));
    };
    await Promise.all(['a', 'b'].map(work));
    expect(order).toEqual(['a', 'the loop behind a', 'b']);
  });

  test('serve holders in rotation', async () => {
    const scheduler = createLoopScheduler();
    const order: string[] = [];
    const ask = (holder: string, name: string): Promise<unknown> =>
      scheduler.nextIteration(holder).then(() => order.push(name));
    await Promise.all([ask('many', 'm1'), ask('many', 'm2'), ask('many', 'm3'), ask('few', 'f1')]);
    expect(order).toEqual(['m1', 'f1', 'm2', 'm3']);
  });

  test('begin with one piece that need not yield; the others yield', async () => {
    const scheduler = createLoopScheduler();
    let looped = false;
    await nextTurn();
    setImmediate(() => (looped = true));
    const second = scheduler.yieldToLoop('one').then(() => {
      expect(looped).toBe(false);
      return scheduler.yieldToLoop('one');
    });
    await second;
    expect(looped).toBe(true);
  });

  it('have room for pieces that follow at once, until it has lasted long', async () => {
    const scheduler = createLoopScheduler();
    await nextTurn();
    expect([scheduler.canContinue('one'), scheduler.canContinue('other')]).toEqual([true, true]);
    busyFor(6);
    expect(scheduler.canContinue('one')).toBe(false);
    await nextTurn();
    expect(scheduler.canContinue('one')).toBe(true);
  });

  it('have no room for pieces that follow at once ahead of who waits, nor for heavy ones', async () => {
    const scheduler = createLoopScheduler();
    await nextTurn();
    expect(scheduler.canContinue('one', 'heavy')).toBe(false);
    const waits = scheduler.nextIteration('other');
    expect(scheduler.canContinue('one')).toBe(false);
    await waits;
    expect(scheduler.canContinue('one')).toBe(true);
  });

  it('of heavy work have room for many small pieces', async () => {
    const scheduler = createLoopScheduler();
    let [passed, isOver] = [0, false];
    const pass = (): void => {
      passed += 1;
      if (!isOver) setImmediate(pass);
    };
    setImmediate(pass);
    const begunIn = new Set<number>();
    const piece = () => scheduler.yieldToLoop('one', 'heavy').then(() => begunIn.add(passed));
    await Promise.all(Array.from({ length: 400 }, piece));
    isOver = true;
    expect(begunIn.size).toBeLessThan(200);
  });
});
