import { query } from '../actions/sessions';
import { copyDatabase } from '../actions/database-copy';
import { scenarioFault } from '../scenario-fault';

/** The database loses transactions that the workers have seen committed. */

/** The required two seconds, and the interval of the check. */
const BACK_MS = 2_500;

export const databaseRestored = scenarioFault({
  name: 'database-restored',
  what: 'the database dies, and an older copy of it takes its place, under running workers',
  isInShort: true,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  allowedViolations: ['went back'],
  async inject(scenario) {
    const { deployment, traffic } = scenario;
    await scenario.untilAllApplied();
    const copy = await copyDatabase(deployment.servers.postgres);
    traffic.start(60);
    await scenario.pause(3_000);
    scenario.markStart();
    await copy.takeOver();
    scenario.markEnd();
  },
});

export const databaseRestoredQuietly = scenarioFault({
  name: 'database-restored-quietly',
  what: 'the same, and nothing new comes afterwards',
  isInShort: false,
  isQuietAfter: true,
  allowedViolations: ['went back'],
  async inject(scenario) {
    const { deployment, traffic } = scenario;
    await scenario.untilAllApplied();
    const copy = await copyDatabase(deployment.servers.postgres);
    await traffic.sendRegistrations(200);
    await scenario.untilAllApplied();
    scenario.markStart();
    await copy.takeOver();
    scenario.markEnd();
  },
});

const WRITTEN_LATE = [
  "synchronous_commit = 'off'",
  "wal_writer_delay = '10s'",
  "wal_writer_flush_after = '1GB'",
];

export const databaseLosesCommits = scenarioFault({
  name: 'database-loses-commits',
  what: 'the database crashes with synchronous_commit=off, and has lost seconds of commits',
  isInShort: false,
  goesOn: { from: 'its end', withinMs: BACK_MS },
  allowedViolations: ['went back'],
  async inject(scenario) {
    const { databaseUrl, servers } = scenario.deployment;
    for (const setting of WRITTEN_LATE) await query(databaseUrl, `ALTER SYSTEM SET ${setting}`);
    await query(databaseUrl, 'SELECT pg_reload_conf()');
    await scenario.pause(4_000);
    const [lost] = await query(
      databaseUrl,
      'SELECT pg_current_wal_insert_lsn() > pg_current_wal_flush_lsn() AS lost',
    );
    scenario.expect(JSON.stringify(lost) === '{"lost":true}', 'every commit was written: this was no fault');
    scenario.markStart();
    await servers.postgres.kill();
    await servers.postgres.start();
    scenario.markEnd();
    await query(databaseUrl, 'ALTER SYSTEM RESET ALL');
    await query(databaseUrl, 'SELECT pg_reload_conf()');
  },
});
