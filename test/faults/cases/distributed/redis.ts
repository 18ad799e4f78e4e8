import { z } from 'zod';
import { askRedis } from '../../../harness/servers/redis';
import { MASTER } from '../../../harness/servers/sentinels';
import type { Server } from '../../../harness/servers/server';
import { waitFor } from '../../../harness/wait-for';
import type { Scenario } from '../../scenario';
import { scenarioFault } from '../../scenario-fault';
import { GATEWAYS, type GatewayName } from '../../deployment/deployment';
import { AWAY_MS, FROZEN, KILLED, type Loss, PROMOTED_MS, RIGHT_MS } from './loss';

/** Sentinels make another server the master: the one before is lost, hangs, or goes on as a replica. */

const CONNECTIONS = ['redis', 'redis subscriptions'];
const readiness = z.object({ parts: z.array(z.object({ name: z.string(), ready: z.boolean() })) });

export const redisMasterKilled = scenarioFault({
  name: 'redis-master-killed',
  what: "Redis's master is killed; sentinels make its replica the master, and it comes back as a replica",
  isInShort: true,
  rightWithinMs: RIGHT_MS,
  inject: (scenario) => loseMaster(scenario, KILLED),
});

export const redisMasterFrozen = scenarioFault({
  name: 'redis-master-frozen',
  what: "Redis's master hangs with all its connections, another takes its place, and it comes back to life",
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  inject: (scenario) => loseMaster(scenario, FROZEN),
});

export const redisMastersSwitched = scenarioFault({
  name: 'redis-masters-switched',
  what: 'sentinels are told to make the replica the master, there and back; both servers go on',
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  async inject(scenario) {
    const { master, replica } = await rolesOf(scenario);
    scenario.markStart();
    // Back at once: the first one may not have been told yet that it was no master for a while.
    for (const next of [replica, master]) {
      await waitFor(() => isSwitching(scenario), { what: 'sentinels to switch', timeoutMs: PROMOTED_MS });
      await waitFor(async () => (await namedMaster(scenario)) === new URL(next.url).port, {
        what: `sentinels to name ${next.url}`,
        timeoutMs: PROMOTED_MS,
        everyMs: 50,
      });
      await scenario.pause(AWAY_MS);
    }
    scenario.markEnd();
    await untilReady(scenario);
  },
});

export const sentinelAndMasterKilled = scenarioFault({
  name: 'sentinel-and-master-killed',
  what: "Redis's master and one of three sentinels are killed together, and come back together",
  isInShort: false,
  rightWithinMs: RIGHT_MS,
  inject(scenario) {
    const [sentinel] = scenario.deployment.servers.sentinels;
    const both = (master: Server): Server[] => (sentinel === undefined ? [master] : [master, sentinel]);
    return loseMaster(scenario, {
      lose: (master) => Promise.all(both(master).map((server) => server.kill())),
      comeBack: (master) => Promise.all(both(master).map((server) => server.start())),
    });
  },
});

/** Another server becomes the master and stays it, every gateway goes there, and the first one comes back as its replica. */
async function loseMaster(scenario: Scenario, { lose, comeBack }: Loss): Promise<void> {
  const { master, replica } = await rolesOf(scenario);
  scenario.markStart();
  await lose(master);
  await untilIs('master', replica);
  await untilReady(scenario);
  await scenario.pause(AWAY_MS);
  await comeBack(master);
  await untilIs('slave', master);
  scenario.markEnd();
  await untilReady(scenario);
}

/** Waits until every gateway says that each of its connections to Redis answers: its answers are right without them, too. */
async function untilReady({ deployment }: Scenario): Promise<void> {
  const isReady = async (gateway: GatewayName): Promise<boolean> => {
    const answer = await fetch(`${deployment.origin(gateway)}/readyz`);
    const { parts } = readiness.parse(await answer.json());
    return CONNECTIONS.every((name) => parts.some((part) => part.name === name && part.ready));
  };
  await waitFor(async () => (await Promise.all(GATEWAYS.map(isReady))).every(Boolean), {
    what: 'both connections to Redis to answer at every gateway',
    timeoutMs: PROMOTED_MS,
    everyMs: 200,
  });
}

/** Sentinels refuse while the replica is not in step yet, or a switch was just made. */
async function isSwitching(scenario: Scenario): Promise<boolean> {
  return (await askSentinel(scenario, 'SENTINEL', 'FAILOVER', MASTER)) === 'OK';
}

/** The port of the master, by the sentinels. */
async function namedMaster(scenario: Scenario): Promise<string | undefined> {
  const reply = await askSentinel(scenario, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER);
  return z.tuple([z.string(), z.string()]).parse(reply)[1];
}

async function askSentinel({ deployment }: Scenario, ...command: Command): Promise<unknown> {
  const [sentinel] = deployment.servers.sentinels;
  return sentinel && askRedis(sentinel.url, ...command);
}

async function rolesOf({ deployment }: Scenario): Promise<{ master: Server; replica: Server }> {
  const [one, other] = deployment.servers.redis;
  if (other === undefined) throw new Error('Redis has no replica here.');
  return (await roleOf(one)) === 'master' ? { master: one, replica: other } : { master: other, replica: one };
}

type Role = 'master' | 'slave';
type Command = readonly [string, ...string[]];

async function untilIs(role: Role, server: Server): Promise<void> {
  await waitFor(async () => (await roleOf(server)) === role, {
    what: `${server.url} to be the ${role}`,
    timeoutMs: PROMOTED_MS,
    everyMs: 100,
  });
}

async function roleOf(server: Server): Promise<string | undefined> {
  const said = await askRedis(server.url, 'INFO', 'replication');
  return /^role:(\w+)/m.exec(String(said))?.[1];
}
