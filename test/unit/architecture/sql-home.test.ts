import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const ROOT = path.resolve(__dirname, '../../..');

/** The linter with no other rule than this one, which needs no types. */
const eslint = new ESLint({
  cwd: ROOT,
  ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-syntax',
  overrideConfig: tseslint.configs.disableTypeChecked,
});

/** Lints all of them as one file, each in a block of its own: a file costs more than what stands in it. */
async function foundIn(file: string, codes: readonly string[]): Promise<ReadonlySet<string>> {
  const blocks = codes.map((code) => `{\n${code}\n}\n`);
  const [result] = await eslint.lintText(blocks.join(''), { filePath: path.join(ROOT, file) });
  if (result?.fatalErrorCount !== 0) throw new Error(JSON.stringify(result?.messages));
  const lines = blocks.flatMap((block, index) => Array.from(block.matchAll(/\n/g), () => codes[index]));
  return new Set(result.messages.flatMap(({ line }) => lines[line - 1] ?? []));
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
  const rooms = ['commands', 'workers', 'resolvers', 'gateway', 'composition'];
  const found = new Map<string, ReadonlySet<string>>();
  beforeAll(async () => {
    for (const room of [...rooms, 'database'])
      found.set(room, await foundIn(`src/${room}/new.ts`, [...STATEMENTS, ...OTHERS]));
  });
  const roomsWith = (code: string): string[] => rooms.filter((room) => found.get(room)?.has(code));

  it.each(STATEMENTS)('finds outside src/database: %s', (code) => {
    expect(roomsWith(code)).toEqual(rooms);
  });

  it.each(STATEMENTS)('allows in src/database: %s', (code) => {
    expect(found.get('database')?.has(code)).toBe(false);
  });

  it.each(OTHERS)('allows everywhere: %s', (code) => {
    expect(roomsWith(code)).toEqual([]);
  });

  it('is not turned off by a comment', async () => {
    const [statement = ''] = STATEMENTS;
    const silenced = `/* eslint-disable */\n// eslint-disable-next-line no-restricted-syntax\n${statement}`;
    expect(await foundIn('src/workers/new.ts', [silenced])).toContain(silenced);
  });
});
