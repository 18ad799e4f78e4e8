import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const PAGES = ['docs/architecture.md', 'docs/glossary.md', 'docs/contributing.md'];

/** All files and folders of the code, as paths from the root. */
const known = ['src', 'test', 'web/src', 'clients/typescript/src', 'prisma', 'scripts', 'bench'].flatMap(
  (folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      path.join(folder, name),
    ),
);

/** A page may leave out what stands before: `facts/kinds.ts` is src/database/facts/kinds.ts. */
const isThere = (name: string): boolean =>
  existsSync(path.join(ROOT, name)) || known.some((file) => file === name || file.endsWith(`/${name}`));

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(path.join(ROOT, page), 'utf8');
  const named = [
    ...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+(?:\/|\.(?:ts|tsx|mjs|md|yaml|graphql|prisma)))`/g),
  ].map(([, name = '']) => name.replace(/\/$/, ''));

  it('names files and folders that are there', () => {
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });
});
