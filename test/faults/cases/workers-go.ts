import path from 'node:path';
import { z } from 'zod';
import { waitFor } from '../../harness/wait-for';
import { createFakeClock } from '../actions/fake-clock';
import { holdCounts, query } from '../actions/sessions';
import { scenarioFault } from '../scenario-fault';
import { type WorkerName, WORKERS } from '../deployment/deployment';

/** Workers are killed, frozen, restarted, or have a wrong clock. */

const TAKEN_OVER_MS = 10_000;

export const workerKilled = scenarioFault({
  name: 'worker-killed',
  what: 'a worker is killed 10 times, at random moments under load',
  isInShort: false,
  perSecond: 300,
  goesOn: { from: 'its end', withinMs: TAKEN_OVER_MS },
  async inject(scenario) {
    const { deployment, random } = scenario;
    scenario.markStart();
    for (let death = 0; death < 10; death++) {
      const name = WORKERS[random.between(0, 1)]!;
      await deployment.process(name).kill();
      deployment.start(name);
      await scenario.pause(random.between(300, 5_000));
    }
  },
});

export const workerGone = scenarioFault({
  name: 'worker-gone',
  what: 'a worker is killed and does not come back',
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: TAKEN_OVER_MS },
  async inject(scenario) {
    const { deployment, random } = scenario;
    scenario.markStart();
    await deployment.process(WORKERS[random.between(0, 1)]!).kill();
    await scenario.pauseUntilTakenOver(20_000);
  },
});

export const workerFrozen = scenarioFault({
  name: 'worker-frozen',
  what: 'a worker is frozen within a transaction, and thawed half a minute later',
  isInShort: true,
  goesOn: { from: 'its beginning', withinMs: TAKEN_OVER_MS },
  async inject(scenario) {
    const { deployment, shops, random } = scenario;
    const holder = scenario.own(
      await holdCounts(deployment.databaseUrl, shops.events[random.between(0, 4)]!.eventId),
    );
    const name = workerNamed(await holder.untilAwaited());
    deployment.process(name).freeze();
    scenario.markStart();
    await holder.close();
    scenario.tell(`${name} is frozen`);
    if (scenario.isShort) await scenario.pauseUntilTakenOver(15_000);
    else await scenario.pause(30_000);
    deployment.process(name).thaw();
    scenario.markEnd();
  },
});

function workerNamed(name: string): WorkerName {
  const found = WORKERS.find((each) => each === name);
  if (found === undefined) throw new Error(`${name} is no worker.`);
  return found;
}

export const rebalanceStorm = scenarioFault({
  name: 'rebalance-storm',
  what: 'workers leave and join 8 times, hardly ever waiting for the group to settle',
  isInShort: false,
  perSecond: 200,
  rightWithinMs: 60_000,
  goesOn: { from: 'its end', withinMs: 20_000 },
  async inject(scenario) {
    const { deployment, random } = scenario;
    scenario.markStart();
    for (let turn = 0; turn < 8; turn++) {
      await deployment.restart(WORKERS[turn % 2]!);
      await scenario.pause(random.between(200, 2_500));
    }
    scenario.markEnd();
  },
});

export const processFrozen = scenarioFault({
  name: 'process-frozen',
  what: 'a process that is gateway and worker is frozen for 65 s',
  isInShort: true,
  goesOn: { from: 'its beginning', withinMs: TAKEN_OVER_MS },
  async inject(scenario) {
    const { deployment, readers } = scenario;
    readers.pause('gateway-1');
    const both = await deployment.restart('gateway-1', { ROLES: 'gateway,worker' });
    await deployment.untilReady();
    readers.resume('gateway-1');
    await scenario.untilAssigned(3);
    readers.pause('gateway-1');
    scenario.markStart();
    both.freeze();
    if (scenario.isShort) await scenario.pauseUntilTakenOver(15_000);
    else await scenario.pause(65_000);
    both.thaw();
    scenario.markEnd();
    await scenario.pause(1_000);
    readers.resume('gateway-1');
    // Late effects of the pause would show now.
    await scenario.pause(scenario.isShort ? 2_000 : 20_000);
  },
});

export const workerClockAhead = scenarioFault({
  name: 'worker-clock-ahead',
  what: 'the clocks of both workers are two days ahead, once',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: 2 * TAKEN_OVER_MS },
  async inject(scenario) {
    const { deployment } = scenario;
    const often = { INDUSTRY_REFRESH_SECONDS: '2' };
    const clock = await createFakeClock(path.join(scenario.context.logFolder, 'two-days-ahead'), '+2d');
    await Promise.all(WORKERS.map((name) => deployment.restart(name, { ...clock.env, ...often })));
    await scenario.untilAssigned();
    scenario.markStart();
    await scenario.pause(scenario.isShort ? 3_000 : 8_000);
    await Promise.all(WORKERS.map((name) => deployment.restart(name, often)));
    scenario.markEnd();
    await scenario.untilAssigned();
    const isRenewed = (): Promise<boolean> => areIndustriesFresh(deployment.databaseUrl);
    const renewed = waitFor(isRenewed, { what: 'industries to be renewed', timeoutMs: TAKEN_OVER_MS });
    await renewed.catch(() => scenario.expect(false, 'the industry averages are not renewed any more'));
  },
});

const fresh = z.array(z.object({ is_fresh: z.boolean() }));

/** Whether they are some seconds old, by the database's clock. */
async function areIndustriesFresh(url: string): Promise<boolean> {
  const age = 'now() - refreshed_at';
  const rows = await query(
    url,
    `SELECT ${age} BETWEEN interval '-1 s' AND interval '8 s' AS is_fresh FROM industry_refreshes`,
  );
  return fresh.parse(rows)[0]?.is_fresh === true;
}

export const clockSteps = scenarioFault({
  name: 'clock-steps',
  what: "a worker's clock steps 6 times, by up to two hours forth and back",
  isInShort: false,
  goesOn: { from: 'its end', withinMs: TAKEN_OVER_MS },
  async inject(scenario) {
    const { deployment, random } = scenario;
    const clock = await createFakeClock(path.join(scenario.context.logFolder, 'steps'), '+0');
    await deployment.restart('worker-1', clock.env);
    await scenario.untilAssigned();
    scenario.markStart();
    for (let step = 0; step < 6; step++) {
      const seconds = random.between(-7_200, 7_200);
      clock.step(seconds < 0 ? String(seconds) : `+${seconds}`);
      await scenario.pause(3_000);
    }
    clock.step('+0');
    scenario.markEnd();
  },
});
