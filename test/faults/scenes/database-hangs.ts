import { setTimeout as pause } from 'node:timers/promises';
import { holdCounts, openSession, terminateSessions } from '../acts/sessions';
import { openRelay, type Relay } from '../stage/relay';
import type { Scene } from '../scene';
import { sceneFault } from '../scene-fault';
import { GATEWAYS, namedUrl, type ProcessName, WORKERS } from '../stage/stage';

/** The database is away, hangs, or lets somebody else hold what is wanted. */

const BACK_MS = 2_500;
const TAKEN_OVER_MS = 10_000;
const TOPIC = 'participant.registered';

/** Has all processes reach the database by a way that can fall silent. */
async function byRelay(scene: Scene): Promise<Relay> {
  const relay = scene.own(await openRelay(scene.stage.databaseUrl));
  const restart = (name: ProcessName) =>
    scene.stage.restart(name, { DATABASE_URL: namedUrl(relay.url, name) });
  GATEWAYS.forEach((name) => scene.readers.leave(name));
  await Promise.all([...WORKERS, ...GATEWAYS].map(restart));
  await scene.stage.untilReady();
  GATEWAYS.forEach((name) => scene.readers.come(name));
  await scene.untilAtWork();
  return relay;
}

export const databaseHalfOpen = sceneFault({
  name: 'database-half-open',
  what: 'all connections to the database that are open fall silent; new ones get through',
  isInShort: false,
  goesOn: { from: 'its beginning', withinMs: TAKEN_OVER_MS },
  async strike(scene) {
    const relay = await byRelay(scene);
    scene.begins();
    relay.silence('open');
    await scene.pause(1_000);
    scene.ends();
  },
});

export const databaseSilent = sceneFault({
  name: 'database-silent',
  what: 'nothing comes from the database any more, on old connections and on new ones, for 20 s',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async strike(scene) {
    const relay = await byRelay(scene);
    scene.begins();
    relay.silence('all');
    await scene.pause(20_000);
    relay.restore();
    scene.ends();
  },
});

export const databaseFrozen = sceneFault({
  name: 'database-frozen',
  what: 'the whole database is frozen for 20 s',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async strike(scene) {
    const { postgres } = scene.stage.servers;
    scene.begins();
    postgres.freeze();
    await scene.pause(scene.isShort ? 7_000 : 20_000);
    postgres.thaw();
    scene.ends();
  },
});

export const databaseStopped = sceneFault({
  name: 'database-stopped',
  what: 'the database is stopped for 8 s, and started again',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async strike(scene) {
    const { postgres } = scene.stage.servers;
    scene.begins();
    await postgres.stop();
    await scene.pause(8_000);
    await postgres.start();
    scene.ends();
  },
});

export const backendsTerminated = sceneFault({
  name: 'backends-terminated',
  what: 'all sessions are terminated over and over again for 20 s',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async strike(scene) {
    const client = await openSession(scene.stage.databaseUrl);
    const until = Date.now() + (scene.isShort ? 6_000 : 20_000);
    scene.begins();
    while (Date.now() < until) {
      await terminateSessions(client);
      await pause(scene.random.between(5, 60));
    }
    scene.ends();
    await client.end();
  },
});

export const backendsTerminatedAtCommit = sceneFault({
  name: 'backends-terminated-at-commit',
  what: 'sessions are terminated whenever they commit, for 10 s',
  isInShort: false,
  perSecond: 300,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async strike(scene) {
    const client = await openSession(scene.stage.databaseUrl);
    const until = Date.now() + 10_000;
    scene.begins();
    while (Date.now() < until) await terminateSessions(client, `query ILIKE 'COMMIT%' AND state = 'active'`);
    scene.ends();
    await client.end();
  },
});

export const connectionsExhausted = sceneFault({
  name: 'connections-exhausted',
  what: 'somebody takes all connections that the database has, for 10 s',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  async strike(scene) {
    const first = await openSession(scene.stage.databaseUrl);
    scene.begins();
    await terminateSessions(first);
    const taken = [first];
    const until = Date.now() + 10_000;
    while (Date.now() < until) {
      // Whoever has one is made to fetch another, which is then not to be had.
      const next = await openSession(scene.stage.databaseUrl).catch(() => undefined);
      if (next !== undefined) taken.push(next);
      else await terminateSessions(first).catch(() => undefined);
      await pause(10);
    }
    await Promise.all(taken.map((client) => client.end()));
    scene.ends();
  },
});

export const rowLocked = sceneFault({
  name: 'row-locked',
  what: "somebody locks one event's row for a minute",
  isInShort: true,
  goesOn: { from: 'its end', withinMs: TAKEN_OVER_MS },
  async strike(scene) {
    const { stage, cast } = scene;
    const locked = cast.events[scene.random.between(0, 2)]!;
    scene.begins();
    const began = Date.now();
    const holder = scene.own(await holdCounts(stage.databaseUrl, locked.eventId));
    await scene.pause(scene.isShort ? 11_500 : 60_000);
    for (const partition of [0, 1, 2].filter((each) => each !== locked.partition)) {
      const gap = stage.progress.longestGap(began, scene.topic(TOPIC), partition);
      const waited = `partition ${partition}, where nothing was locked, stood still for ${gap} ms`;
      scene.expect(gap < TAKEN_OVER_MS, waited);
    }
    await holder.close();
    scene.ends();
  },
});
