import { createRedisCluster, type RedisCluster } from '../../../harness/servers/redis-cluster';
import type { Server } from '../../../harness/servers/server';
import { waitFor } from '../../../harness/wait-for';
import { openDeployment } from '../../deployment/deployment';
import type { Fault, FaultContext } from '../../fault';
import type { Scenario } from '../../scenario';
import { scenarioFault } from '../../scenario-fault';
import { AWAY_MS, FROZEN, KILLED, type Loss, PROMOTED_MS, RIGHT_MS } from './loss';

/** A deployment over a Redis Cluster of its own: three masters, each with a replica. */

/** How long slots stay where they were moved to, while traffic and readers go on. */
const STAY_MS = 1_000;
const DEPLOYMENT_NUMBER = 98;

export const clusterMasterKilled = clusterFault({
  name: 'redis-cluster-master-killed',
  what: 'one of three masters of a Redis Cluster is killed; its replica takes its slots, and it comes back as a replica',
  isInShort: true,
  inject: (scenario, cluster) => loseMaster(scenario, cluster, KILLED),
});

export const clusterMasterFrozen = clusterFault({
  name: 'redis-cluster-master-frozen',
  what: 'one of three masters of a Redis Cluster hangs with all its connections, its replica takes its slots, and it comes back to life',
  isInShort: false,
  inject: (scenario, cluster) => loseMaster(scenario, cluster, FROZEN),
});

export const clusterFailOver = clusterFault({
  name: 'redis-cluster-fail-over',
  what: 'replicas of a Redis Cluster are told to become masters, one after the other, and all nodes go on',
  isInShort: false,
  async inject(scenario, cluster) {
    scenario.markStart();
    for (const { eventId } of scenario.shops.events.slice(0, 3)) {
      await cluster.failOver(tagOf(eventId));
      await scenario.pause(AWAY_MS);
    }
    scenario.markEnd();
  },
});

export const clusterSlotsMoved = clusterFault({
  name: 'redis-cluster-slots-moved',
  what: 'slots of a Redis Cluster, with the events that are read, move to other masters and back, five times over',
  isInShort: true,
  async inject(scenario, cluster) {
    const keys = scenario.shops.events.map(({ eventId }) => tagOf(eventId));
    const homes = new Map<string, Server>();
    for (const key of keys) homes.set(key, await cluster.ownerOf(key));
    scenario.markStart();
    for (let round = 0; round < 5; round++) {
      for (const key of keys) await cluster.moveSlotOf(key, await cluster.otherThan(key));
      await scenario.pause(STAY_MS);
      for (const [key, home] of homes) await cluster.moveSlotOf(key, home);
      await scenario.pause(STAY_MS);
    }
    scenario.markEnd();
  },
});

interface ClusterFault {
  readonly name: string;
  readonly what: string;
  readonly isInShort: boolean;
  readonly inject: (scenario: Scenario, cluster: RedisCluster) => Promise<void>;
}

function clusterFault({ inject, ...plan }: ClusterFault): Fault {
  const clusters = new WeakMap<FaultContext, RedisCluster>();
  return scenarioFault({
    ...plan,
    rightWithinMs: RIGHT_MS,
    async deployment(context) {
      const servers = await context.servers();
      const cluster = await createRedisCluster();
      context.own({ close: () => cluster.remove() });
      clusters.set(context, cluster);
      await cluster.start();
      const deployment = await openDeployment({
        servers: { ...servers, redisUrl: () => cluster.url },
        logFolder: context.logFolder,
        number: DEPLOYMENT_NUMBER,
      });
      return context.own(deployment);
    },
    async inject(scenario) {
      const cluster = clusters.get(scenario.context);
      if (cluster === undefined) throw new Error('There is no cluster.');
      await inject(scenario, cluster);
    },
  });
}

/** Another node serves the first event's slot and stays its master for a while, and the first one comes back. */
async function loseMaster(
  scenario: Scenario,
  cluster: RedisCluster,
  { lose, comeBack }: Loss,
): Promise<void> {
  const key = tagOf(scenario.shops.events[0]!.eventId);
  const master = await cluster.ownerOf(key);
  scenario.markStart();
  await lose(master);
  await waitFor(async () => (await cluster.ownerOf(key)) !== master, {
    what: 'another node to take the slots',
    timeoutMs: PROMOTED_MS,
    everyMs: 100,
  });
  await scenario.pause(AWAY_MS);
  await comeBack(master);
  scenario.markEnd();
}

const tagOf = (eventId: string): string => `{${eventId}}`;
