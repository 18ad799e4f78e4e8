import fc from 'fast-check';
import { z } from 'zod';
import { plainColumn, textColumn } from '../../src/database/parameters';
import { drawSeed } from '../harness/seeded';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';

describe.each(BOTH_DATABASES)('a column as one parameter, on %s', (_, open) => {
  let opened: OpenedDatabase;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());

  async function read<Value>(value: z.ZodType<Value>, type: string, written: string): Promise<Value[]> {
    const rows = await opened.database.query(
      z.object({ value }),
      `SELECT value FROM unnest($1::${type}[]) WITH ORDINALITY AS t(value, place) ORDER BY place`,
      written,
    );
    return rows.map((row) => row.value);
  }

  const text = z.string().nullable();

  const readTexts = (values: readonly (string | null)[]): Promise<(string | null)[]> =>
    read(
      text,
      'text',
      textColumn(values, (value) => value),
    );

  it('is read as the texts that were written, whatever they hold', async () => {
    const written = [
      '',
      ' ',
      'NULL',
      'null',
      'a,b',
      '{}',
      '"',
      '\\',
      '\\"\\',
      "it's",
      'two\nlines\t',
      '서울 🎪',
      null,
    ];
    expect(await readTexts(written)).toEqual(written);
  });

  it('is read as any texts that PostgreSQL can hold', async () => {
    const storable = fc.string({ unit: 'grapheme' }).filter((value) => !/[\0\p{Surrogate}]/u.test(value));
    const written = fc.sample(fc.option(storable), { numRuns: 500, seed: drawSeed('texts for PostgreSQL') });
    expect(await readTexts(written)).toEqual(written);
  });

  it('is read as the numbers and truths that were written, and as nothing where there is none', async () => {
    const numbers = [0, 130, null, 1];
    expect(
      await read(
        z.number().nullable(),
        'smallint',
        plainColumn(numbers, (value) => value),
      ),
    ).toEqual(numbers);
    const truths = [true, false, null];
    expect(
      await read(
        z.boolean().nullable(),
        'boolean',
        plainColumn(truths, (value) => value),
      ),
    ).toEqual(truths);
    expect(
      await read(
        text,
        'text',
        textColumn([], () => null),
      ),
    ).toEqual([]);
  });
});
