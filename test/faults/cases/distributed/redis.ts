import { connectRedis } from '../../../harness/servers/redis';
import { MASTER } from '../../../harness/servers/sentinels';
import type { Server } from '../../../harness/servers/server';
import { waitFor } from '../../../harness/wait-for';
import type { Scenario } from '../../scenario';
import { scenarioFault } from '../../scenario-fault';

/** Sentinels make another server the master: the one before is lost, hangs, or goes on as a replica. */

const RIGHT_MS = 15_000;
const PROMOTED_MS = 60_000;

export const redisMasterKilled = scenarioFault({
  name: 'redis-master-killed',
  what: "Redis's master is killed; sentinels make its replica the master, and it comes back as a replica",
  isInShort: true,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    const { master, replica } = await rolesOf(scenario);
    scenario.markStart();
    await master.kill();
    await untilIs('master', replica);
    await scenario.pause(scenario.isShort ? 1_000 : 5_000);
    await master.start();
    await untilIs('slave', master);
    scenario.markEnd();
  },
});

export const redisMasterFrozen = scenarioFault({
  name: 'redis-master-frozen',
  what: "Redis's master hangs with all its connections, another takes its place, and it comes back to life",
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    const { master, replica } = await rolesOf(scenario);
    scenario.markStart();
    master.freeze();
    await untilIs('master', replica);
    await scenario.pause(5_000);
    master.thaw();
    await untilIs('slave', master);
    scenario.markEnd();
  },
});

export const redisMastersSwitched = scenarioFault({
  name: 'redis-masters-switched',
  what: 'sentinels are told to make the replica the master, there and back; both servers go on',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    scenario.markStart();
    for (let round = 0; round < 2; round++) {
      const { replica } = await rolesOf(scenario);
      await waitFor(() => isSwitching(scenario), { what: 'sentinels to switch', timeoutMs: PROMOTED_MS });
      await untilIs('master', replica);
      await scenario.pause(3_000);
    }
    scenario.markEnd();
  },
});

/** Sentinels refuse while the replica is not in step yet, or a switch was just made. */
async function isSwitching(scenario: Scenario): Promise<boolean> {
  const [sentinel] = scenario.deployment.servers.sentinels;
  return sentinel !== undefined && (await ask(sentinel, 'SENTINEL', 'FAILOVER', MASTER)) === 'OK';
}

async function rolesOf({ deployment }: Scenario): Promise<{ master: Server; replica: Server }> {
  const [one, other] = deployment.servers.redis;
  if (other === undefined) throw new Error('Redis has no replica here.');
  return (await roleOf(one)) === 'master' ? { master: one, replica: other } : { master: other, replica: one };
}

type Role = 'master' | 'slave';

async function untilIs(role: Role, server: Server): Promise<void> {
  await waitFor(async () => (await roleOf(server)) === role, {
    what: `${server.url} to be the ${role}`,
    timeoutMs: PROMOTED_MS,
    everyMs: 100,
  });
}

async function roleOf(server: Server): Promise<string | undefined> {
  const said = await ask(server, 'INFO', 'replication');
  return /^role:(\w+)/m.exec(String(said))?.[1];
}

async function ask(server: Server, ...command: readonly [string, ...string[]]): Promise<unknown> {
  const redis = connectRedis(server.url);
  try {
    return await redis.call(...command);
  } finally {
    redis.disconnect();
  }
}
