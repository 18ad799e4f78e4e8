import path from 'node:path';
import { accountOf, isRoot } from '../../harness/machine/commands';
import { mountSmallDisk, type SmallDisk } from '../../harness/machine/small-disk';
import { createPostgres, postgresAnswers } from '../../harness/servers/postgres';
import type { FaultContext } from '../fault';
import { scenarioFault } from '../scenario-fault';
import { openDeployment } from '../deployment/deployment';

/** A deployment whose database has its own small disk. */

const DISK_BYTES = 256 * 1024 * 1024;
const SMALL = { max_wal_size: '64MB', min_wal_size: '32MB', shared_buffers: '32MB', max_connections: '120' };
const disks = new WeakMap<FaultContext, SmallDisk>();

export const databaseDiskFull = scenarioFault({
  name: 'database-disk-full',
  what: "the database's disk is full for 12 s",
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 5_000 },
  async deployment(context) {
    const servers = await context.servers();
    const postgres = await createPostgres(SMALL);
    const account = isRoot() ? accountOf('postgres') : undefined;
    const disk = await mountSmallDisk(DISK_BYTES, { folder: path.join(postgres.folder, 'data'), account });
    disks.set(context, disk);
    context.own({ close: () => postgres.remove() });
    context.own({ close: () => postgres.stop().then(() => disk.remove()) });
    await postgres.start();
    const deployment = await openDeployment({
      servers: { ...servers, postgres },
      logFolder: context.logFolder,
      number: 99,
    });
    return context.own(deployment);
  },
  async inject(scenario) {
    const { postgres } = scenario.deployment.servers;
    const disk = disks.get(scenario.context);
    scenario.markStart();
    disk?.leave(0);
    await scenario.pause(12_000);
    disk?.giveBack();
    // PostgreSQL exits when it cannot write its log; an operator would start it again.
    const isThere = await postgresAnswers(postgres.url).catch(() => false);
    if (!isThere) {
      await postgres.kill();
      await postgres.start();
    }
    scenario.markEnd();
  },
});
