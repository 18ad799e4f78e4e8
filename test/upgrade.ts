import 'reflect-metadata';
import { startFaultServers } from './faults/deployment/servers';
import { playFaults } from './faults/play';
import { UPGRADES } from './upgrade/upgrades';

playFaults({
  command: 'test:upgrade',
  into: 'a deployment of the last release (last-release.json), built from the history: this version takes its place',
  shortTakes: 'three minutes',
  faults: UPGRADES,
  startServers: startFaultServers,
  page: 'docs/upgrades.md',
});
