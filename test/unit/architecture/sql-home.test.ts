import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const ROOT = path.resolve(__dirname, '../../..');

/** The linter with no other rule than this one, which needs no types. Comments that turn it off do not count. */
const eslint = new ESLint({
  cwd: ROOT,
  allowInlineConfig: false,
  ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-syntax',
  overrideConfig: tseslint.configs.disableTypeChecked,
});

async function problemsOf(code: string, file: string): Promise<number> {
  const [result] = await eslint.lintText(code, { filePath: path.join(ROOT, file) });
  if (result?.fatalErrorCount !== 0) throw new Error(JSON.stringify(result?.messages));
  return result.errorCount;
}

const STATEMENTS = [
  `const text = 'SELECT count(*) FROM events';`,
  'const text = `\n  SELECT\n count(*) FROM ${table}`;',
  `const text = 'INSERT INTO events (event_id) VALUES ($1)';`,
  'const text = `UPDATE events AS e\n SET title = $1`;',
  'const text = `UPDATE events SET title = ${title}`;',
  `const text = 'DELETE FROM events';`,
  'const text = `DELETE\n FROM events`;',
  'const text = `INSERT\n INTO events`;',
  `const text = 'UPDATE "events" SET title = $1';`,
  `const text = 'UPDATE public.events SET title = $1';`,
  `const text = 'CREATE TEMP TABLE later AS';`,
  `const text = 'ORDER BY e.id LIMIT 5';`,
  'const text = `${first} WITH late AS (${second})`;',
  `const text = 'FROM events AS e WHERE e.event_id = t.event_id';`,
  'const text = `CASE WHEN ${column} IS NULL THEN 0 END`;',
  `await database.query(row, statement);`,
  `await context.sql.query(row, statement);`,
  `await anything.query(row, statement);`,
  `await sql.execute(statement, id);`,
  `await tx.execute(STATEMENT);`,
  `await database.background.execute(statement);`,
  'await anything.execute(`TRUNCATE events`);',
  `await client.$queryRawUnsafe(statement);`,
  'await client.$executeRaw`${statement}`;',
  `await database.prisma.event.findMany();`,
  `const { prisma } = database;`,
];

const OTHERS = [
  `const text = 'Select an event, insert it into the list and update the set';`,
  'const text = `${selected} SELECTED, UPDATED`;',
  `await circuit.execute(attempt);`,
  `await retries.execute(() => attempt(outgoing), signal);`,
  `await operations.execute(prepared, asker);`,
  `await execute({ schema, document });`,
  `const { query, variables } = operation;`,
];

describe('the linter', () => {
  const rooms = ['commands', 'workers', 'resolvers', 'gateway', 'composition'].map(
    (room) => `src/${room}/new.ts`,
  );

  it.each(STATEMENTS)('finds outside src/database: %s', async (code) => {
    for (const file of rooms) expect(await problemsOf(code, file)).toBeGreaterThan(0);
  });

  it.each(STATEMENTS)('allows in src/database: %s', async (code) => {
    expect(await problemsOf(code, 'src/database/new.ts')).toBe(0);
  });

  it.each(OTHERS)('allows everywhere: %s', async (code) => {
    for (const file of rooms) expect(await problemsOf(code, file)).toBe(0);
  });

  it('finds no statement and no use of Prisma in src outside src/database, whatever comments say', async () => {
    const results = await eslint.lintFiles(['src/**/*.ts']);
    const found = results
      .filter(({ errorCount }) => errorCount > 0)
      .map(({ filePath }) => path.relative(ROOT, filePath));
    expect(results.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });
});
