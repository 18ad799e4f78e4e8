import { query } from '../acts/sessions';
import { copyDatabase } from '../acts/database-copy';
import { sceneFault } from '../scene-fault';

/** The database goes back behind what the workers have seen committed. */

/** The two seconds, and how often one looks. */
const BACK_MS = 2_500;

export const databaseRestored = sceneFault({
  name: 'database-restored',
  what: 'the database dies, and an older copy of it takes its place, under running workers',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  excuses: ['went back'],
  async strike(scene) {
    const { stage, traffic } = scene;
    await scene.settle();
    const copy = await copyDatabase(stage.servers.postgres);
    traffic.start(60);
    await scene.pause(3_000);
    scene.begins();
    await copy.takeOver();
    scene.ends();
  },
});

export const databaseRestoredQuietly = sceneFault({
  name: 'database-restored-quietly',
  what: 'the same, and nothing new comes afterwards',
  isInShort: false,
  isQuietAfter: true,
  excuses: ['went back'],
  async strike(scene) {
    const { stage, traffic } = scene;
    await scene.settle();
    const copy = await copyDatabase(stage.servers.postgres);
    await traffic.crowd(200);
    await scene.settle();
    scene.begins();
    await copy.takeOver();
    scene.ends();
  },
});

const WRITTEN_LATE = [
  "synchronous_commit = 'off'",
  "wal_writer_delay = '10s'",
  "wal_writer_flush_after = '1GB'",
];

export const databaseLosesCommits = sceneFault({
  name: 'database-loses-commits',
  what: 'the database crashes with synchronous_commit=off, and has lost seconds of commits',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  excuses: ['went back'],
  async strike(scene) {
    const { databaseUrl, servers } = scene.stage;
    for (const setting of WRITTEN_LATE) await query(databaseUrl, `ALTER SYSTEM SET ${setting}`);
    await query(databaseUrl, 'SELECT pg_reload_conf()');
    await scene.pause(4_000);
    const [lost] = await query(
      databaseUrl,
      'SELECT pg_current_wal_insert_lsn() > pg_current_wal_flush_lsn() AS lost',
    );
    scene.expect(JSON.stringify(lost) === '{"lost":true}', 'every commit was written: this was no fault');
    scene.begins();
    await servers.postgres.kill();
    await servers.postgres.start();
    scene.ends();
    await query(databaseUrl, 'ALTER SYSTEM RESET ALL');
    await query(databaseUrl, 'SELECT pg_reload_conf()');
  },
});
