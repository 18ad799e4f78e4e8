import 'reflect-metadata';
import { FAULTS } from './faults/cases';
import { startFaultServers } from './faults/deployment/servers';
import { playFaults } from './faults/play';

playFaults({
  command: 'test:faults',
  into: 'its own processes, Kafka, PostgreSQL and Redis',
  shortTakes: 'six minutes',
  needs: 'Some faults mount a small file system or set a clock ahead, which needs root on Debian.\n',
  faults: FAULTS,
  startServers: startFaultServers,
  page: 'docs/reliability.md',
});
