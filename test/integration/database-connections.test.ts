import type { Client } from 'pg';
import { type Connections, createConnections } from '../../src/database/connections/connections';
import type { Database } from '../../src/database/database';
import { openPostgres } from '../../src/database/postgres';
import { session } from '../../src/database/connections/sessions';
import { DatabaseUnavailable } from '../../src/database/unavailable';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { connectTo } from '../harness/database/sessions';
import { distributionOf, freshDatabase, type Own } from '../harness/isolation';
import { createPostgres } from '../harness/servers/postgres';
import type { Server } from '../harness/servers/server';
import { times } from '../harness/streams/batches';
import { waitFor } from '../harness/wait-for';

const SILENCE_MS = 1_000;

describe('connections that are half open', () => {
  let own: Own;
  let link: BreakableLink;
  let connections: Connections;
  const lost: string[] = [];

  beforeEach(async () => {
    own = await freshDatabase();
    link = await linkTo(own.url);
    lost.length = 0;
    connections = createConnections({
      session: session(link.url, 'reading'),
      max: 3,
      silenceMs: SILENCE_MS,
      onLost: ({ message }) => lost.push(message),
    });
  });
  afterEach(async () => {
    await connections.close();
    await link.cut();
    await own.drop();
  });

  const ask = (statement = 'SELECT 1') => connections.pool.query(statement);
  const fill = () => Promise.all(times(3, () => ask('SELECT pg_sleep(0.05)')));

  it('are found by the first that is used, and the idle ones are given up with it', async () => {
    await fill();
    expect(connections.pool.idleCount).toBe(3);
    link.silence();
    const begun = performance.now();
    await expect(ask()).rejects.toThrow('Nothing has come over a connection in use');
    expect(performance.now() - begun).toBeLessThan(3 * SILENCE_MS);
    await Promise.all(times(3, () => ask()));
    expect(lost).toHaveLength(1);
  });

  it('are not those over which a statement is answered, however long the transaction', async () => {
    const client = await connections.pool.connect();
    for (let count = 0; count < 8; count += 1) await client.query('SELECT pg_sleep(0.2)');
    client.release();
    expect(lost).toEqual([]);
  });

  it('fail their users at once when all are given up, and the next get new ones', async () => {
    await fill();
    const hanging = expect(ask('SELECT pg_sleep(30)')).rejects.toThrow('given up');
    connections.endAll('given up');
    await hanging;
    await ask();
    connections.admit(false);
    connections.endAll('given up');
    await expect(ask()).rejects.toThrow('No connection is made while the database is away.');
    connections.admit(true);
    await waitFor(async () => (await ask()).rowCount === 1, { what: 'a new connection', timeoutMs: 5_000 });
  });
});

describe('a server that has no connection left', () => {
  let postgres: Server;
  let own: Own;
  let database: Database;
  const others: Client[] = [];

  beforeAll(async () => {
    postgres = await createPostgres({ max_connections: '20' });
    await postgres.start();
    own = await freshDatabase(postgres.url);
    database = await openPostgres({ url: own.url, distribution: distributionOf(own.url), poolSize: 10 });
  });
  afterAll(async () => {
    await Promise.all(others.map((other) => other.end()));
    await database.close();
    await postgres.remove();
  });

  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is waited for like one that is away', async () => {
    const fill = async (): Promise<void> => {
      for (;;) others.push(await connectTo(own.url));
    };
    await expect(fill()).rejects.toThrow('too many clients');
    const transactions = times(8, () => failureOf(database.transaction((sql) => sql.execute('SELECT 1'))));
    const failures = (await Promise.all(transactions)).filter((failure) => failure !== undefined);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toBeInstanceOf(DatabaseUnavailable);
    await Promise.all(others.splice(0).map((other) => other.end()));
    await waitFor(async () => (await database.transaction((sql) => sql.execute('SELECT 1'))) === 1, {
      what: 'a transaction to go through',
      timeoutMs: 5_000,
    });
  });
});

describe('the time that a service goes by', () => {
  let own: Own;
  let database: Database;
  let operator: Client;

  beforeAll(async () => {
    own = await freshDatabase();
    database = await openPostgres({ url: own.url, distribution: distributionOf(own.url), poolSize: 3 });
    operator = await connectTo(own.url);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await operator.end();
    await database.close();
    await own.drop();
  });

  it('is the database’s, whatever the clock of its machine says', async () => {
    const { rows } = await operator.query<{ now: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
    );
    jest.spyOn(Date, 'now').mockReturnValue(0);
    expect(Math.abs(database.clock.now() - rows[0]!.now)).toBeLessThan(1_000);
  });
});
