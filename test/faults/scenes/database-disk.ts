import path from 'node:path';
import { accountOf, isRoot } from '../../harness/machine/commands';
import { mountSmallDisk, type SmallDisk } from '../../harness/machine/small-disk';
import { createPostgres, postgresAnswers } from '../../harness/servers/postgres';
import type { Run } from '../fault';
import { sceneFault } from '../scene-fault';
import { openStage } from '../stage/stage';

/** A stage whose database has a small disk to itself. */

const DISK_BYTES = 256 * 1024 * 1024;
const SMALL = { max_wal_size: '64MB', min_wal_size: '32MB', shared_buffers: '32MB', max_connections: '120' };
const disks = new WeakMap<Run, SmallDisk>();

export const databaseDiskFull = sceneFault({
  name: 'database-disk-full',
  what: "the database's disk is full for 12 s",
  isInShort: false,
  goesOn: { from: 'its end', withinMs: 5_000 },
  async stage(run) {
    const { kafka, redis } = await run.servers();
    const postgres = await createPostgres(SMALL);
    const account = isRoot() ? accountOf('postgres') : undefined;
    const disk = await mountSmallDisk(DISK_BYTES, { folder: path.join(postgres.folder, 'data'), account });
    disks.set(run, disk);
    run.own({ close: () => postgres.remove() });
    run.own({ close: () => postgres.stop().then(() => disk.remove()) });
    await postgres.start();
    const stage = await openStage({
      servers: { kafka, redis, postgres },
      logFolder: run.logFolder,
      number: 99,
    });
    return run.own(stage);
  },
  async strike(scene) {
    const { postgres } = scene.stage.servers;
    const disk = disks.get(scene.run);
    scene.begins();
    disk?.leave(0);
    await scene.pause(12_000);
    disk?.giveBack();
    // One that could not write its log ends itself; whoever runs it starts it again.
    const isThere = await postgresAnswers(postgres.url).catch(() => false);
    if (!isThere) {
      await postgres.kill();
      await postgres.start();
    }
    scene.ends();
  },
});
