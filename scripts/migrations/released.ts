import { git, type LastRelease } from '../last-release';

const FOLDER = 'prisma/migrations';

/** The names of the migrations that a release has: databases have them, whatever they do. */
export function releasedMigrations({ commit }: LastRelease): ReadonlySet<string> {
  const files = git('ls-tree', '-r', '--name-only', commit, `${FOLDER}/`).split('\n');
  return new Set(
    files.flatMap((file) => /^prisma\/migrations\/([^/]+)\/migration\.sql$/.exec(file)?.[1] ?? []),
  );
}

/** Those of its migrations that are not as they were, or not there any more. */
export function changedSince({ commit }: LastRelease): string[] {
  return git('diff', '--name-only', '--no-renames', '--diff-filter=MDT', commit, '--', FOLDER)
    .split('\n')
    .filter((file) => file.endsWith('.sql'));
}

/** Those that sort before one that was released: some databases are past their place, others are not. */
export function outOfOrder(names: readonly string[], released: ReadonlySet<string>): string[] {
  const last = [...released].sort().at(-1) ?? '';
  return names.filter((name) => !released.has(name) && name < last);
}
