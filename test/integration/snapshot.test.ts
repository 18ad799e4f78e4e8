import { z } from 'zod';
import type { Database, Sql } from '../../src/database/database';
import { openPostgres } from '../../src/database/postgres';
import { openSnapshot } from '../../src/database/snapshot';
import { distributionOf, freshDatabase, type Own } from '../harness/isolation';

describe('a snapshot', () => {
  let own: Own;
  let database: Database;

  beforeAll(async () => {
    own = await freshDatabase();
    database = await openPostgres({ url: own.url, distribution: distributionOf(own.url), poolSize: 6 });
  });

  afterAll(async () => {
    await database.close();
    await own.drop();
  });

  const record = (): Promise<number> =>
    database.execute('INSERT INTO store_sales (store_id, changed_at) VALUES (gen_random_uuid(), now())');

  async function count(sql: Sql): Promise<number> {
    const [row] = await sql.query(
      z.object({ count: z.number() }),
      'SELECT count(*)::int AS count FROM store_sales',
    );
    return row?.count ?? NaN;
  }

  it('shows every statement the same state, that of the first, whatever is committed in between', async () => {
    const snapshot = openSnapshot(database);
    await record();
    const atFirst = await count(snapshot.sql);
    await record();
    expect(await count(snapshot.sql)).toBe(atFirst);
    await snapshot.close();
    expect(await count(database)).toBe(atFirst + 1);
  });

  it('is not to be read from once it is closed, and closes without having been read from', async () => {
    const snapshot = openSnapshot(database);
    await snapshot.close();
    await expect(count(snapshot.sql)).rejects.toThrow('closed');
  });
});
