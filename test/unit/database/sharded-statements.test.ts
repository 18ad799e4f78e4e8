import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PLACEMENTS } from '../../../src/database/distribution/placements';
import { FACT_KINDS, factKinds } from '../../../src/database/facts/kinds';
import {
  COMPARED,
  eventsStatement,
  KNOWN_STORES,
  storesStatement,
  UNSETTLED,
} from '../../../src/database/facts/sharded-statements';

const SCHEMA = readFileSync(path.join(__dirname, '../../../prisma/schema.prisma'), 'utf8');
const ALL = factKinds(FACT_KINDS);

const KEYS = new Map([
  ['with the event', 'event_id'],
  ['with the store', 'store_id'],
]);

/** The tables of a statement that are read in every shard: it does not say by an array which keys of theirs it is about. */
function tablesWithoutKeys(statement: string): string[] {
  const tables = [...statement.matchAll(/(?:FROM|JOIN) (\w+)(?: AS (\w+))?/g)];
  return tables.flatMap(([, table = '', alias]) => {
    const key = KEYS.get(PLACEMENTS[table] ?? '');
    if (key === undefined) return [];
    const column = alias === undefined ? key : `${alias}\\.${key}`;
    const isTold = new RegExp(`(?<![\\w.])${column} = ANY \\(\\$\\d::uuid\\[\\]\\)`).test(statement);
    return isTold ? [] : [`${table} AS ${alias ?? table}`];
  });
}

describe('where rows lie', () => {
  it('is said of every table', () => {
    const tables = [...SCHEMA.matchAll(/^model [\s\S]*?^\}/gm)].map(
      ([model]) => /@@map\("(\w+)"\)/.exec(model)?.[1],
    );
    expect(Object.keys(PLACEMENTS).sort()).toEqual(tables.sort());
  });
});

describe('the statements that read from shards', () => {
  it.each([
    ['events', eventsStatement(ALL)],
    ['stores', storesStatement(ALL)],
    ['stores that are known', KNOWN_STORES],
    ['events that are not settled', UNSETTLED],
    ['what these are compared by', COMPARED],
  ])('say of each table which keys they are about: %s', (_what, statement) => {
    expect(tablesWithoutKeys(statement)).toEqual([]);
  });

  it('are found out where they do not', () => {
    expect(
      tablesWithoutKeys('SELECT 1 FROM events AS e JOIN event_counts AS c USING (event_id)'),
    ).toHaveLength(2);
  });

  it('read each kind of facts by the key that its tables lie by, and by no other', () => {
    const both = [eventsStatement(ALL), storesStatement(ALL)];
    const found = both.map((text) =>
      [...text.matchAll(/(?:FROM|JOIN) (\w+)/g)].map(([, table = '']) => PLACEMENTS[table] ?? 'none'),
    );
    expect(found[0]).not.toContain('with the store');
    expect(found[1]).not.toContain('with the event');
  });
});
