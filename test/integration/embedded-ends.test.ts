import path from 'node:path';
import { z } from 'zod';
import { openEmbedded } from '../../src/database/embedded/embedded';
import { isDatabaseUnavailable } from '../../src/database/unavailable';
import { createLogger } from '../../src/observability/log';
import type { Database } from '../../src/database/database';
import { mountSmallDisk, type SmallDisk } from '../harness/machine/small-disk';
import { waitFor } from '../harness/wait-for';

jest.setTimeout(300_000);

const MEBIBYTE = 1024 * 1024;
const ROWS = 1_000;
const count = z.object({ count: z.bigint() });

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** PostgreSQL ends itself when it cannot write its log. */
describe('an embedded PostgreSQL that has ended', () => {
  let disk: SmallDisk;
  let database: Database;
  const lines: string[] = [];
  beforeAll(async () => {
    disk = await mountSmallDisk(160 * MEBIBYTE);
    database = await openEmbedded({
      folder: path.join(disk.folder, 'postgres'),
      // Nothing keeps it from the end of the disk.
      reserveBytes: 0,
      log: createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } }),
    });
  });
  afterAll(async () => {
    await database.close();
    await disk.remove();
  });

  const stored = async (): Promise<number> =>
    Number((await database.query(count, 'SELECT count(*) FROM stored'))[0]?.count);

  const switchLog = () =>
    database.query(z.object({ log: z.string() }), 'SELECT pg_switch_wal()::text AS log');

  it('fails what was running, is started again once there is room, and has kept what was committed', async () => {
    await database.execute('CREATE TABLE stored (id SERIAL PRIMARY KEY, text TEXT NOT NULL)');
    let committed = 0;
    const storeSome = async (): Promise<void> => {
      await database.transaction(async (sql) => {
        const statement = `INSERT INTO stored (text) SELECT repeat('x', 500) FROM generate_series(1, ${ROWS / 2})`;
        await sql.execute(statement);
        await sql.execute(statement);
      });
      committed += ROWS;
    };
    await storeSome();
    // Too little for another segment of its log.
    disk.leave(8 * MEBIBYTE);
    const failure = await waitFor(() => failureOf(storeSome().then(switchLog)), {
      what: 'its log to be full',
      timeoutMs: 30_000,
      everyMs: 1,
    });
    expect(isDatabaseUnavailable(failure)).toBe(true);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(isDatabaseUnavailable(await failureOf(database.check()))).toBe(true);
      expect(isDatabaseUnavailable(await failureOf(storeSome()))).toBe(true);
    }
    expect(lines.filter((line) => line.includes('the embedded database has ended'))).toHaveLength(1);

    disk.giveBack();
    await waitFor(() => database.check().then(() => true), {
      what: 'the database to answer again',
      timeoutMs: 20_000,
    });
    expect(await stored()).toBe(committed);
    await storeSome();
    expect(await stored()).toBe(committed);
    expect(lines.filter((line) => line.includes('the embedded database answers again'))).toHaveLength(1);
  });
});
