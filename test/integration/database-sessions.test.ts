import type { Client } from 'pg';
import { z } from 'zod';
import type { Database, Sql } from '../../src/database/database';
import { isInvalidData, sqlState } from '../../src/database/failures';
import { openPostgres } from '../../src/database/postgres';
import { DatabaseUnavailable } from '../../src/database/unavailable';
import { connectTo, endSessions, sessionCount } from '../harness/database/sessions';
import { distributionOf, freshDatabase, type Own } from '../harness/isolation';
import { times } from '../harness/streams/batches';
import { waitFor } from '../harness/wait-for';

const numberRow = z.object({ n: z.number() });
const ask = (sql: Sql, statement = 'SELECT 1 AS n') => sql.query(numberRow, statement);
const lockStore = (sql: Sql) =>
  sql.query(numberRow, 'SELECT 1 AS n FROM store_sales WHERE store_id = $1::uuid FOR UPDATE', STORE);
const STORE = '00000000-0000-4000-8000-000000000001';
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the sessions on a PostgreSQL server', () => {
  let own: Own;
  let database: Database;
  let operator: Client;
  const told: string[] = [];

  beforeEach(async () => {
    own = await freshDatabase();
    told.length = 0;
    database = await openPostgres({
      url: own.url,
      distribution: distributionOf(own.url),
      poolSize: 7,
      onAway: (reason) => told.push(`away: ${reason}`),
      onBack: ({ failed }) => told.push(`back: ${failed}`),
    });
    operator = await connectTo(own.url);
    await database.execute(
      `INSERT INTO store_sales (store_id, changed_at) VALUES ('${STORE}', '2026-01-01')`,
    );
  });
  afterEach(async () => {
    await operator.end();
    await database.close();
    await own.drop();
  });

  /** A transaction of another client that holds the row, until told to let go. */
  async function holdRow(): Promise<() => Promise<unknown>> {
    await operator.query('BEGIN');
    await operator.query('SELECT FROM store_sales WHERE store_id = $1 FOR UPDATE', [STORE]);
    return () => operator.query('ROLLBACK');
  }

  it('let go of everything when a lock is not to be had within seconds, and say that it was a lock', async () => {
    const release = await holdRow();
    const begun = performance.now();
    const failure = await failureOf(database.transaction(lockStore));
    expect(sqlState(failure)).toBe('55P03');
    expect(failure).not.toBeInstanceOf(DatabaseUnavailable);
    expect(performance.now() - begun).toBeLessThan(5_000);
    await release();
    await database.transaction(lockStore);
  });

  it('do not keep the locks of a worker that stands still within a transaction', async () => {
    let hasLock: () => void = () => undefined;
    const locked = new Promise<void>((resolve) => (hasLock = resolve));
    let goOn: () => void = () => undefined;
    const frozen = new Promise<void>((resolve) => (goOn = resolve));
    const failing = failureOf(
      database.transaction(async (sql) => {
        await lockStore(sql);
        hasLock();
        await frozen;
        await ask(sql);
      }),
    );
    await locked;
    const begun = performance.now();
    await operator.query('UPDATE store_sales SET changed_at = now() WHERE store_id = $1', [STORE]);
    expect(performance.now() - begun).toBeLessThan(10_000);
    goOn();
    expect(await failing).toBeInstanceOf(DatabaseUnavailable);
  });

  it('leave readers connections of their own, however many transactions wait, and the other way round', async () => {
    const release = await holdRow();
    const waiting = times(20, () => failureOf(database.transaction(lockStore)));
    const begun = performance.now();
    await Promise.all(times(20, () => ask(database)));
    expect(performance.now() - begun).toBeLessThan(2_000);
    await release();
    await Promise.all(waiting);

    const slow = times(20, () => failureOf(ask(database, 'SELECT 1 AS n FROM pg_sleep(1)')));
    const writing = performance.now();
    await database.transaction(lockStore);
    expect(performance.now() - writing).toBeLessThan(2_000);
    await Promise.all(slow);
    // The operator's is not one of ours.
    expect(await sessionCount(operator)).toBeLessThanOrEqual(7);
  });

  it('keep no reader waiting beyond three seconds, for a statement or for a connection', async () => {
    const begun = performance.now();
    const failures = await Promise.all(
      times(20, () => failureOf(ask(database, 'SELECT 1 AS n FROM pg_sleep(60)'))),
    );
    expect(performance.now() - begun).toBeLessThan(3_500);
    for (const failure of failures) expect(failure).toBeInstanceOf(DatabaseUnavailable);
    await waitFor(async () => (await ask(database)).length === 1, { what: 'a read', timeoutMs: 5_000 });
  });

  it('and no read of several statements, either', async () => {
    const begun = performance.now();
    const failure = await failureOf(
      database.readConsistently(async (sql) => {
        for (let count = 0; count < 60; count += 1) await ask(sql, 'SELECT 1 AS n FROM pg_sleep(1)');
      }),
    );
    expect(failure).toBeInstanceOf(DatabaseUnavailable);
    expect(performance.now() - begun).toBeLessThan(3_500);
  });

  it('give work at length all the time that it takes, and let it change nothing', async () => {
    await database.readAtLength((sql) => ask(sql, 'SELECT 1 AS n FROM pg_sleep(3.5)'));
    const failure = await failureOf(
      database.readAtLength((sql) => sql.execute('UPDATE store_sales SET changed_at = now()')),
    );
    expect(sqlState(failure)).toBe('25006');
  });

  it('tell a value that the database refuses from a database that cannot be asked', async () => {
    const refused = await failureOf(ask(database, 'SELECT 1 / 0 AS n'));
    expect([isInvalidData(refused), refused instanceof DatabaseUnavailable]).toEqual([true, false]);
    const within = await failureOf(
      database.transaction((sql) => ask(sql, 'SELECT 9223372036854775807 + 1 AS n')),
    );
    expect([isInvalidData(within), within instanceof DatabaseUnavailable]).toEqual([true, false]);
    const busy = database.transaction((sql) => ask(sql, 'SELECT 1 AS n FROM pg_sleep(30)'));
    const ended = failureOf(busy);
    await waitFor(() => endSessions(operator), { what: 'sessions to end', timeoutMs: 5_000 });
    const lost = await ended;
    expect([isInvalidData(lost), lost instanceof DatabaseUnavailable]).toEqual([false, true]);
  });

  it('say once that connections were lost, and once that all is well again', async () => {
    await Promise.all(times(3, () => ask(database)));
    await endSessions(operator);
    await waitFor(() => told.length === 2, { what: 'the end to be told', timeoutMs: 15_000 });
    expect(told).toEqual([
      expect.stringMatching(/^away: terminating connection/),
      expect.stringMatching(/^back: \d+$/),
    ]);
    await ask(database);
  });
});
