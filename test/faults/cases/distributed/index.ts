import type { Fault } from '../../fault';
import { partitionsAdded } from '../broker-goes';
import * as brokers from './brokers';
import * as redis from './redis';
import * as cluster from './redis-cluster';

/** The faults of parts that are several, in the order of docs/scaling.md. */
export const DISTRIBUTED_FAULTS: readonly Fault[] = [
  brokers.oneBrokerKilled,
  brokers.brokersKilledByTurns,
  brokers.brokersRestartedByTurns,
  brokers.oneBrokerFrozen,
  brokers.twoBrokersKilled,
  brokers.partitionsReassigned,
  partitionsAdded,
  redis.redisMasterKilled,
  redis.redisMasterFrozen,
  redis.redisMastersSwitched,
  redis.sentinelAndMasterKilled,
  cluster.clusterMasterKilled,
  cluster.clusterMasterFrozen,
  cluster.clusterFailOver,
  cluster.clusterSlotsMoved,
];
