import 'reflect-metadata';
import { DISTRIBUTED_FAULTS } from './faults/cases/distributed';
import { startDistributedServers } from './faults/deployment/servers';
import { playFaults } from './faults/play';

playFaults({
  command: 'test:distributed',
  into: 'a Kafka of three brokers, and a Redis that sentinels watch or that is a cluster',
  shortTakes: 'three minutes',
  faults: DISTRIBUTED_FAULTS,
  startServers: startDistributedServers,
  page: 'docs/scaling.md',
});
