import { setTimeout as pause } from 'node:timers/promises';
import { holdCounts, openSession, terminateSessions } from '../actions/sessions';
import { openRelay, type Relay } from '../deployment/relay';
import type { Scenario } from '../scenario';
import { scenarioFault } from '../scenario-fault';
import { GATEWAYS, namedUrl, type ProcessName, WORKERS } from '../deployment/deployment';

/** The database is down or hangs, or another session holds locks or connections. */

const BACK_MS = 2_500;
const TAKEN_OVER_MS = 10_000;
const TOPIC = 'participant.registered';

/** Connects all processes to the database through a relay. */
async function byRelay(scenario: Scenario): Promise<Relay> {
  const relay = scenario.own(await openRelay(scenario.deployment.databaseUrl));
  const restart = (name: ProcessName) =>
    scenario.deployment.restart(name, { DATABASE_URL: namedUrl(relay.url, name) });
  GATEWAYS.forEach((name) => scenario.readers.pause(name));
  await Promise.all([...WORKERS, ...GATEWAYS].map(restart));
  await scenario.deployment.untilReady();
  GATEWAYS.forEach((name) => scenario.readers.resume(name));
  await scenario.untilAssigned();
  return relay;
}

export const databaseHalfOpen = scenarioFault({
  name: 'database-half-open',
  what: 'all connections to the database that are open fall silent; new ones get through',
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: TAKEN_OVER_MS },
  async inject(scenario) {
    const relay = await byRelay(scenario);
    scenario.markStart();
    relay.silence('open');
    await scenario.pause(1_000);
    scenario.markEnd();
  },
});

export const databaseSilent = scenarioFault({
  name: 'database-silent',
  what: 'nothing comes from the database any more, on old connections and on new ones, for 20 s',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async inject(scenario) {
    const relay = await byRelay(scenario);
    scenario.markStart();
    relay.silence('all');
    await scenario.pause(20_000);
    relay.restore();
    scenario.markEnd();
  },
});

export const databaseFrozen = scenarioFault({
  name: 'database-frozen',
  what: 'the whole database is frozen for 20 s',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async inject(scenario) {
    const { postgres } = scenario.deployment.servers;
    scenario.markStart();
    postgres.freeze();
    await scenario.pause(scenario.isShort ? 7_000 : 20_000);
    postgres.thaw();
    scenario.markEnd();
  },
});

export const databaseStopped = scenarioFault({
  name: 'database-stopped',
  what: 'the database is stopped for 8 s, and started again',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async inject(scenario) {
    const { postgres } = scenario.deployment.servers;
    scenario.markStart();
    await postgres.stop();
    await scenario.pause(8_000);
    await postgres.start();
    scenario.markEnd();
  },
});

export const backendsTerminated = scenarioFault({
  name: 'backends-terminated',
  what: 'all sessions are terminated over and over again for 20 s',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async inject(scenario) {
    const client = await openSession(scenario.deployment.databaseUrl);
    const until = Date.now() + (scenario.isShort ? 6_000 : 20_000);
    scenario.markStart();
    while (Date.now() < until) {
      await terminateSessions(client);
      await pause(scenario.random.between(5, 60));
    }
    scenario.markEnd();
    await client.end();
  },
});

export const backendsTerminatedAtCommit = scenarioFault({
  name: 'backends-terminated-at-commit',
  what: 'sessions are terminated whenever they commit, for 10 s',
  isInShort: false,
  perSecond: 300,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async inject(scenario) {
    const client = await openSession(scenario.deployment.databaseUrl);
    const until = Date.now() + 10_000;
    scenario.markStart();
    while (Date.now() < until) await terminateSessions(client, `query ILIKE 'COMMIT%' AND state = 'active'`);
    scenario.markEnd();
    await client.end();
  },
});

export const connectionsExhausted = scenarioFault({
  name: 'connections-exhausted',
  what: 'another client takes all connections that the database has, for 10 s',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async inject(scenario) {
    const first = await openSession(scenario.deployment.databaseUrl);
    scenario.markStart();
    await terminateSessions(first);
    const taken = [first];
    const until = Date.now() + 10_000;
    while (Date.now() < until) {
      // A process that loses its connection opens another, and finds none free.
      const next = await openSession(scenario.deployment.databaseUrl).catch(() => undefined);
      if (next !== undefined) taken.push(next);
      else await terminateSessions(first).catch(() => undefined);
      await pause(10);
    }
    await Promise.all(taken.map((client) => client.end()));
    scenario.markEnd();
  },
});

export const rowLocked = scenarioFault({
  name: 'row-locked',
  what: "another client locks one event's row for a minute",
  isInShort: true,
  goesOn: { from: 'its end', withinMs: TAKEN_OVER_MS },
  async inject(scenario) {
    const { deployment, shops } = scenario;
    const locked = shops.events[scenario.random.between(0, 2)]!;
    scenario.markStart();
    const began = Date.now();
    const holder = scenario.own(await holdCounts(deployment.databaseUrl, locked.eventId));
    await scenario.pause(scenario.isShort ? 11_500 : 60_000);
    for (const partition of [0, 1, 2].filter((each) => each !== locked.partition)) {
      const gap = deployment.progress.longestGap(began, scenario.topic(TOPIC), partition);
      const waited = `partition ${partition}, where nothing was locked, stood still for ${gap} ms`;
      scenario.expect(gap < TAKEN_OVER_MS, waited);
    }
    await holder.close();
    scenario.markEnd();
  },
});
