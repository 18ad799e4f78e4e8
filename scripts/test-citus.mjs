import { spawnSync } from 'node:child_process';
import pg from 'pg';

const HELP = `DATABASE_URL=postgresql://user@coordinator:5432/postgres npm run test:citus -- [what Jest takes]

Runs the integration tests over tables that Citus distributes, and the tests of test/citus: what its plans look at, a shard
that is moved and a worker that is lost while messages come.

Needs the coordinator of a Citus (13.2 was run) with two workers or more, all of which think in UTC and let the user of
DATABASE_URL in without another password; the user makes databases and extensions (a superuser). The tests make databases of
their own on each of these nodes, and remove them. Citus is not installed by this project.

  -- --selectProjects=citus       only what holds over Citus alone
  -- streams                      only files whose names have this
`;

async function problemWith(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(
      `SELECT count(*)::int AS found FROM pg_extension WHERE extname = 'citus'`,
    );
    if (rows[0].found === 0) return 'the database that DATABASE_URL names does not have the extension citus';
    const workers = await client.query('SELECT count(*)::int AS found FROM citus_get_active_worker_nodes()');
    if (workers.rows[0].found < 2)
      return `the coordinator that DATABASE_URL names has ${workers.rows[0].found} workers, and two are needed`;
    return undefined;
  } catch (error) {
    return `the database that DATABASE_URL names cannot be asked: ${error.message || error.code}`;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const args = process.argv.slice(2);
const { DATABASE_URL: url } = process.env;
if (args.includes('--help')) {
  process.stdout.write(HELP);
  process.exit(0);
}
const problem = url ? await problemWith(url) : 'DATABASE_URL is not set';
if (problem !== undefined) {
  console.error(`npm run test:citus: ${problem}.\n\n${HELP}`);
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  [
    ...['--max-semi-space-size=64', '--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
    ...['node_modules/jest/bin/jest.js', '--config', 'jest.citus.config.js', ...args],
  ],
  { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_DISTRIBUTION: 'citus' } },
);
process.exit(status ?? 1);
