import path from 'node:path';
import { z } from 'zod';
import { waitFor } from '../../harness/wait-for';
import { createFakeClock } from '../acts/fake-clock';
import { holdCounts, query } from '../acts/sessions';
import { sceneFault } from '../scene-fault';
import { type WorkerName, WORKERS } from '../stage/stage';

/** Workers that die, freeze, come and go, or live in another time. */

const TAKEN_OVER_MS = 10_000;

export const workerKilled = sceneFault({
  name: 'worker-killed',
  what: 'a worker is killed 10 times, at random moments under load',
  isInShort: false,
  perSecond: 300,
  goesOn: { from: 'its end', withinMs: TAKEN_OVER_MS },
  async strike(scene) {
    const { stage, random } = scene;
    scene.begins();
    for (let death = 0; death < 10; death++) {
      const name = WORKERS[random.between(0, 1)]!;
      await stage.process(name).kill();
      stage.start(name);
      await scene.pause(random.between(300, 5_000));
    }
  },
});

export const workerGone = sceneFault({
  name: 'worker-gone',
  what: 'a worker is killed and does not come back',
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: TAKEN_OVER_MS },
  async strike(scene) {
    const { stage, random } = scene;
    scene.begins();
    await stage.process(WORKERS[random.between(0, 1)]!).kill();
    await scene.pauseUntilTakenOver(20_000);
  },
});

export const workerFrozen = sceneFault({
  name: 'worker-frozen',
  what: 'a worker is frozen within a transaction, and thawed half a minute later',
  isInShort: true,
  goesOn: { from: 'its beginning', withinMs: TAKEN_OVER_MS },
  async strike(scene) {
    const { stage, cast, random } = scene;
    const holder = scene.own(await holdCounts(stage.databaseUrl, cast.events[random.between(0, 4)]!.eventId));
    const name = workerNamed(await holder.untilAwaited());
    stage.process(name).freeze();
    scene.begins();
    await holder.close();
    scene.tell(`${name} is frozen`);
    if (scene.isShort) await scene.pauseUntilTakenOver(15_000);
    else await scene.pause(30_000);
    stage.process(name).thaw();
    scene.ends();
  },
});

function workerNamed(name: string): WorkerName {
  const found = WORKERS.find((each) => each === name);
  if (found === undefined) throw new Error(`${name} is no worker.`);
  return found;
}

export const rebalanceStorm = sceneFault({
  name: 'rebalance-storm',
  what: 'workers leave and join 8 times, hardly ever waiting for the group to settle',
  isInShort: false,
  perSecond: 200,
  rightWithinMs: 60_000,
  goesOn: { from: 'its end', withinMs: 20_000 },
  async strike(scene) {
    const { stage, random } = scene;
    scene.begins();
    for (let turn = 0; turn < 8; turn++) {
      await stage.restart(WORKERS[turn % 2]!);
      await scene.pause(random.between(200, 2_500));
    }
    scene.ends();
  },
});

export const processFrozen = sceneFault({
  name: 'process-frozen',
  what: 'a process that is gateway and worker is frozen for 65 s',
  isInShort: true,
  goesOn: { from: 'its beginning', withinMs: TAKEN_OVER_MS },
  async strike(scene) {
    const { stage, readers } = scene;
    readers.leave('gateway-1');
    const both = await stage.restart('gateway-1', { ROLES: 'gateway,worker' });
    await stage.untilReady();
    readers.come('gateway-1');
    await scene.untilAtWork(3);
    readers.leave('gateway-1');
    scene.begins();
    both.freeze();
    if (scene.isShort) await scene.pauseUntilTakenOver(15_000);
    else await scene.pause(65_000);
    both.thaw();
    scene.ends();
    await scene.pause(1_000);
    readers.come('gateway-1');
    // What takes a pause for a failure decides so soon afterwards.
    await scene.pause(scene.isShort ? 2_000 : 20_000);
  },
});

export const workerClockAhead = sceneFault({
  name: 'worker-clock-ahead',
  what: 'the clocks of both workers are two days ahead, once',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: 2 * TAKEN_OVER_MS },
  async strike(scene) {
    const { stage } = scene;
    const often = { INDUSTRY_REFRESH_SECONDS: '2' };
    const clock = await createFakeClock(path.join(scene.run.logFolder, 'two-days-ahead'), '+2d');
    await Promise.all(WORKERS.map((name) => stage.restart(name, { ...clock.env, ...often })));
    await scene.untilAtWork();
    scene.begins();
    await scene.pause(scene.isShort ? 3_000 : 8_000);
    await Promise.all(WORKERS.map((name) => stage.restart(name, often)));
    scene.ends();
    await scene.untilAtWork();
    const isRenewed = (): Promise<boolean> => areIndustriesFresh(stage.databaseUrl);
    const renewed = waitFor(isRenewed, { what: 'industries to be renewed', timeoutMs: TAKEN_OVER_MS });
    await renewed.catch(() => scene.expect(false, 'the industry averages are not renewed any more'));
  },
});

const fresh = z.array(z.object({ is_fresh: z.boolean() }));

/** Whether they were made in the last seconds, by the database's own clock. */
async function areIndustriesFresh(url: string): Promise<boolean> {
  const age = 'now() - refreshed_at';
  const rows = await query(
    url,
    `SELECT ${age} BETWEEN interval '-1 s' AND interval '8 s' AS is_fresh FROM industry_refreshes`,
  );
  return fresh.parse(rows)[0]?.is_fresh === true;
}

export const clockSteps = sceneFault({
  name: 'clock-steps',
  what: "a worker's clock steps 6 times, by up to two hours forth and back",
  isInShort: false,
  goesOn: { from: 'its end', withinMs: TAKEN_OVER_MS },
  async strike(scene) {
    const { stage, random } = scene;
    const clock = await createFakeClock(path.join(scene.run.logFolder, 'steps'), '+0');
    await stage.restart('worker-1', clock.env);
    await scene.untilAtWork();
    scene.begins();
    for (let step = 0; step < 6; step++) {
      const seconds = random.between(-7_200, 7_200);
      clock.step(seconds < 0 ? String(seconds) : `+${seconds}`);
      await scene.pause(3_000);
    }
    clock.step('+0');
    scene.ends();
  },
});
