import { z } from 'zod';
import type { Database } from '../../src/database/database';
import { type OpenedDatabase, openPglite } from '../harness/streams/databases';

describe('a transaction of the embedded database', () => {
  let opened: OpenedDatabase;
  let database: Database;
  beforeAll(async () => {
    opened = await openPglite();
    database = opened.database;
    await database.execute('CREATE TABLE stored (id INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)');
  });
  afterAll(() => opened.close());
  beforeEach(() => database.execute('DELETE FROM stored'));

  const stored = async (): Promise<number[]> =>
    (await database.query(z.object({ id: z.number() }), 'SELECT id FROM stored ORDER BY id')).map(
      ({ id }) => id,
    );

  it('fails when its COMMIT does, and leaves nothing', async () => {
    const twice = database.transaction(async (sql) => {
      await sql.execute('INSERT INTO stored VALUES (1)');
      await sql.execute('INSERT INTO stored VALUES (1)');
    });
    await expect(twice).rejects.toThrow();
    expect(await stored()).toEqual([]);
  });

  it('is alone: what others ask comes before it or after it', async () => {
    const one = async (id: number): Promise<number[]> =>
      database.transaction(async (sql) => {
        await sql.execute('INSERT INTO stored VALUES ($1)', id);
        const seen = await sql.query(z.object({ id: z.number() }), 'SELECT id FROM stored ORDER BY id');
        if (id === 2) throw new Error('taken back');
        return seen.map((row) => row.id);
      });
    const [first, second, third, asked] = await Promise.allSettled([one(1), one(2), one(3), stored()]);
    expect(first).toMatchObject({ value: [1] });
    expect(second).toMatchObject({ reason: { message: 'taken back' } });
    expect(third).toMatchObject({ value: [1, 3] });
    expect(asked).toMatchObject({ value: [1, 3] });
  });
});
