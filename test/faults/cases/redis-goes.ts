import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { askRedis } from '../../harness/servers/redis';
import { openRelay } from '../deployment/relay';
import type { Scenario } from '../scenario';
import { scenarioFault } from '../scenario-fault';
import { WORKERS } from '../deployment/deployment';

/** Redis is down, hangs, is full, or has older data. */

const RIGHT_MS = 15_000;

const sendCommand = (scenario: Scenario, ...command: readonly [string, ...string[]]): Promise<unknown> =>
  askRedis(scenario.deployment.servers.redis[0].url, ...command);

export const redisHalfOpen = scenarioFault({
  name: 'redis-half-open',
  what: "the workers' connections to Redis fall silent; new ones get through",
  isInShort: true,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    const { deployment } = scenario;
    const relay = scenario.own(await openRelay(deployment.redisUrl));
    await Promise.all(WORKERS.map((name) => deployment.restart(name, { REDIS_URL: relay.url })));
    await scenario.untilAssigned();
    scenario.markStart();
    relay.silence('open');
    await scenario.pause(scenario.isShort ? 3_000 : 15_000);
    scenario.markEnd();
  },
});

export const redisFromOlderDump = scenarioFault({
  name: 'redis-older-dump',
  what: 'Redis dies, and comes back from an older dump',
  isInShort: true,
  isQuietAfter: true,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    const [redis] = scenario.deployment.servers.redis;
    const [dump, copy] = ['dump.rdb', 'older.rdb'].map((name) => path.join(redis.folder, name)) as [
      string,
      string,
    ];
    await scenario.untilAllApplied();
    // Lets the readers fill the cache.
    await scenario.pause(3_000);
    await sendCommand(scenario, 'SAVE');
    copyFileSync(dump, copy);
    await scenario.traffic.sendRegistrations(200);
    await scenario.untilAllApplied();
    await scenario.pause(2_000);
    scenario.markStart();
    await redis.kill();
    copyFileSync(copy, dump);
    await redis.start();
    scenario.markEnd();
  },
});

export const redisKilled = scenarioFault({
  name: 'redis-killed',
  what: 'Redis is killed, and comes back empty after 8 s',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    const [redis] = scenario.deployment.servers.redis;
    scenario.markStart();
    await redis.kill();
    await scenario.pause(8_000);
    await redis.start();
    scenario.markEnd();
  },
});

export const redisRestarts = scenarioFault({
  name: 'redis-restarts',
  what: 'Redis is killed and started 5 times, under subscribers at two gateways',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    const [redis] = scenario.deployment.servers.redis;
    scenario.markStart();
    for (let round = 0; round < 5; round++) {
      await redis.kill();
      await scenario.pause(scenario.random.between(100, 2_000));
      await redis.start();
      await scenario.pause(scenario.random.between(500, 3_000));
    }
    scenario.markEnd();
  },
});

export const redisFrozen = scenarioFault({
  name: 'redis-frozen',
  what: 'Redis is frozen for 15 s',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    const [redis] = scenario.deployment.servers.redis;
    scenario.markStart();
    redis.freeze();
    await scenario.pause(15_000);
    redis.thaw();
    scenario.markEnd();
  },
});

export const redisFull = scenarioFault({
  name: 'redis-full',
  what: 'Redis is out of memory and refuses to write for 10 s',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    scenario.markStart();
    await sendCommand(scenario, 'CONFIG', 'SET', 'maxmemory', '1mb');
    await scenario.pause(10_000);
    await sendCommand(scenario, 'CONFIG', 'SET', 'maxmemory', '0');
    scenario.markEnd();
  },
});
