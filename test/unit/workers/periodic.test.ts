import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '../../../src/observability/log';
import { createPeriodic } from '../../../src/workers/periodic';
import { waitFor } from '../../harness/wait-for';

describe('periodic work', () => {
  const log = createLogger({ level: 'silent' });
  const soon = { what: 'the next round', timeoutMs: 5_000, everyMs: 1 };

  it('is done at once, and again and again until it is stopped', async () => {
    let rounds = 0;
    const periodic = createPeriodic({
      name: 'count',
      everyMs: 1,
      log,
      work: () => Promise.resolve((rounds += 1)),
    });
    expect(rounds).toBe(0);
    periodic.start();
    expect(rounds).toBe(1);
    await waitFor(() => rounds >= 3, soon);
    await periodic.stop();
    const atStop = rounds;
    await pause(30);
    expect(rounds).toBe(atStop);
  });

  it('never runs twice at the same time, however long a round takes', async () => {
    let [running, most, rounds] = [0, 0, 0];
    const work = async (): Promise<void> => {
      most = Math.max(most, (running += 1));
      await pause(10);
      running -= 1;
      rounds += 1;
    };
    const periodic = createPeriodic({ name: 'slow', everyMs: 1, log, work });
    periodic.start();
    await waitFor(() => rounds >= 3, soon);
    await periodic.stop();
    expect(most).toBe(1);
  });

  it('goes on after a round that failed', async () => {
    let rounds = 0;
    const work = (): Promise<void> => {
      rounds += 1;
      return Promise.reject(new Error('this time it did not work'));
    };
    const periodic = createPeriodic({ name: 'unlucky', everyMs: 1, log, work });
    periodic.start();
    await waitFor(() => rounds >= 3, soon);
    await expect(periodic.stop()).resolves.toBeUndefined();
  });

  it('says once that it fails, and once that it does not any more', async () => {
    const lines: unknown[] = [];
    const heard = createLogger({
      level: 'info',
      destination: { write: (line) => lines.push(JSON.parse(line)) },
    });
    let rounds = 0;
    const work = (): Promise<void> => {
      rounds += 1;
      return rounds < 5 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    };
    const periodic = createPeriodic({ name: 'unlucky', everyMs: 1, log: heard, work });
    periodic.start();
    await waitFor(() => rounds >= 7, soon);
    await periodic.stop();
    expect(lines).toEqual([
      expect.objectContaining({ msg: 'periodic work failed', work: 'unlucky' }),
      expect.objectContaining({ msg: 'periodic work is done again', work: 'unlucky', failures: 4 }),
    ]);
  });

  it('is stopped only when the round in hand is over', async () => {
    let isOver = false;
    const work = async (): Promise<void> => {
      await pause(30);
      isOver = true;
    };
    const periodic = createPeriodic({ name: 'in hand', everyMs: 60_000, log, work });
    periodic.start();
    await periodic.stop();
    expect(isOver).toBe(true);
  });
});
