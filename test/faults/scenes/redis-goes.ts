import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { connectRedis } from '../../harness/servers/redis';
import { openRelay } from '../stage/relay';
import type { Scene } from '../scene';
import { sceneFault } from '../scene-fault';
import { WORKERS } from '../stage/stage';

/** The cache is away, hangs, is full, or remembers something else. */

const RIGHT_MS = 15_000;

async function tellRedis(scene: Scene, ...command: readonly [string, ...string[]]): Promise<unknown> {
  const redis = connectRedis(scene.stage.servers.redis.url);
  try {
    return await redis.call(...command);
  } finally {
    redis.disconnect();
  }
}

export const redisHalfOpen = sceneFault({
  name: 'redis-half-open',
  what: "the workers' connections to Redis fall silent; new ones get through",
  isInShort: true,
  rightWithinMs: RIGHT_MS,
  async strike(scene) {
    const { stage } = scene;
    const relay = scene.own(await openRelay(stage.redisUrl));
    await Promise.all(WORKERS.map((name) => stage.restart(name, { REDIS_URL: relay.url })));
    await scene.untilAtWork();
    scene.begins();
    relay.silence('open');
    await scene.pause(scene.isShort ? 3_000 : 15_000);
    scene.ends();
  },
});

export const redisFromOlderDump = sceneFault({
  name: 'redis-older-dump',
  what: 'Redis dies, and comes back from an older dump',
  isInShort: true,
  isQuietAfter: true,
  rightWithinMs: RIGHT_MS,
  async strike(scene) {
    const { redis } = scene.stage.servers;
    const [dump, copy] = ['dump.rdb', 'older.rdb'].map((name) => path.join(redis.folder, name)) as [
      string,
      string,
    ];
    await scene.settle();
    // Everybody has read what is there by now, and it is kept.
    await scene.pause(3_000);
    await tellRedis(scene, 'SAVE');
    copyFileSync(dump, copy);
    await scene.traffic.crowd(200);
    await scene.settle();
    await scene.pause(2_000);
    scene.begins();
    await redis.kill();
    copyFileSync(copy, dump);
    await redis.start();
    scene.ends();
  },
});

export const redisKilled = sceneFault({
  name: 'redis-killed',
  what: 'Redis is killed, and comes back empty after 8 s',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async strike(scene) {
    const { redis } = scene.stage.servers;
    scene.begins();
    await redis.kill();
    await scene.pause(8_000);
    await redis.start();
    scene.ends();
  },
});

export const redisRestarts = sceneFault({
  name: 'redis-restarts',
  what: 'Redis is killed and started 5 times, under subscribers at two gateways',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async strike(scene) {
    const { redis } = scene.stage.servers;
    scene.begins();
    for (let round = 0; round < 5; round++) {
      await redis.kill();
      await scene.pause(scene.random.between(100, 2_000));
      await redis.start();
      await scene.pause(scene.random.between(500, 3_000));
    }
    scene.ends();
  },
});

export const redisFrozen = sceneFault({
  name: 'redis-frozen',
  what: 'Redis is frozen for 15 s',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async strike(scene) {
    const { redis } = scene.stage.servers;
    scene.begins();
    redis.freeze();
    await scene.pause(15_000);
    redis.thaw();
    scene.ends();
  },
});

export const redisFull = sceneFault({
  name: 'redis-full',
  what: 'Redis is out of memory and refuses to write for 10 s',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async strike(scene) {
    scene.begins();
    await tellRedis(scene, 'CONFIG', 'SET', 'maxmemory', '1mb');
    await scene.pause(10_000);
    await tellRedis(scene, 'CONFIG', 'SET', 'maxmemory', '0');
    scene.ends();
  },
});
