import { type Node, parse } from 'libpg-query';
import { PLACEMENTS } from '../../src/database/distribution/placements';
import { concurrentIndexOf } from '../../src/database/migrations/concurrent-index';
import { readEarlier } from './earlier';
import { judgeStatement, madeNothing } from './statements';

const DECLARED = /^--\s*Unused since (\d+\.\d+\.\d+)\b/m;

/**
 * Whether a migration may run while the last release is at work on the same database, and whether that release can take it over
 * again: expand and contract. It only adds; what it takes away no release that is out uses any more.
 *
 * @param lastRelease its version, as in 0.6.0
 * @param earlier the scripts of the migrations before it, in their order
 * @returns what is wrong, each a text that says what to write in its place; empty when nothing is
 */
export async function checkMigration(
  script: string,
  lastRelease: string,
  earlier: readonly string[] = [],
): Promise<string[]> {
  const { stmts = [] } = await parse(script);
  const statements = stmts.flatMap(({ stmt }) => (stmt === undefined ? [] : [stmt]));
  const made = madeNothing(await readEarlier(earlier));
  const all = statements.map((each) => judgeStatement(each, made));
  const declared = DECLARED.exec(script)?.[1];
  const isUnused = declared !== undefined && !isLater(declared, lastRelease);
  const problems = all
    .flatMap(({ findings }) => findings)
    .filter(({ kind }) => kind !== 'contracts' || !isUnused)
    .map(({ what, instead }) => `It ${what}. ${instead}`);
  if (declared !== undefined && !isUnused)
    problems.push(
      `It says "Unused since ${declared}", and the last release is ${lastRelease}, which a rollback puts back. It has to wait until ${declared} is the last release.`,
    );
  if (
    statements.some(isConcurrentIndex) &&
    statements.length === 1 &&
    concurrentIndexOf(script) === undefined
  )
    problems.push(
      'A start builds an index beside those who write only in this form: CREATE INDEX CONCURRENTLY IF NOT EXISTS "<name>" ON …; with quotes, one space between words, and comments on lines of their own ahead of it.',
    );
  return [
    ...problems,
    ...mustBeAlone(
      all.map(({ changes }) => changes),
      statements,
    ),
  ];
}

/** What can only be done by a migration that does nothing else. */
function mustBeAlone(changed: readonly (string | undefined)[], statements: readonly Node[]): string[] {
  if (statements.length < 2) return [];
  const problems: string[] = [];
  if (statements.some(isConcurrentIndex))
    problems.push(
      'CREATE INDEX CONCURRENTLY runs in no transaction, and so has to be the one statement of its migration.',
    );
  for (const table of new Set(changed))
    if (table !== undefined && PLACEMENTS[table] !== undefined && PLACEMENTS[table] !== 'on the coordinator')
      problems.push(
        `"${table}" may be distributed, and Citus hands on the whole message that a change of it comes in: that has to be the one statement of its migration.`,
      );
  return problems;
}

const isConcurrentIndex = (statement: Node): boolean =>
  'IndexStmt' in statement && statement.IndexStmt.concurrent === true;

/** Whether a version comes after another. */
function isLater(one: string, other: string): boolean {
  const [ones, others] = [one, other].map((version) => version.split('.').map(Number));
  const differing = ones?.findIndex((number, index) => number !== others?.[index]) ?? -1;
  return differing >= 0 && (ones?.[differing] ?? 0) > (others?.[differing] ?? 0);
}
