import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { problemsOf } from './load';

const PROJECT = path.join(__dirname, '../../..');
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'compose.yaml',
  'compose.distributed.yaml',
  'Dockerfile',
  '.env.example',
  ...below('docs'),
];

/** A value in quotes, the default of a shell variable, or a word. */
const VALUE = /JWT_SECRET\s*[=:]\s*(?:'([^']+)'|"([^"$]+)"|"?\$\{JWT_SECRET:-([^}]+)\}|([^\s'"`$|#<]+))/g;

function below(folder: string): readonly string[] {
  return readdirSync(path.join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:md|ya?ml)$/.test(entry.name))
    .map(({ parentPath, name }) => path.relative(PROJECT, path.join(parentPath, name)));
}

const secretsOf = (page: string): readonly string[] =>
  [...readFileSync(path.join(PROJECT, page), 'utf8').matchAll(VALUE)].map((match) =>
    match.slice(1).filter(Boolean).join(''),
  );

describe('a secret that stands in a page of the project', () => {
  const printed = PAGES.flatMap(secretsOf);

  test('is looked for where there are some', () => {
    expect(printed).toEqual(expect.arrayContaining([expect.stringContaining('nobody can guess')]));
    expect(printed).toEqual(expect.arrayContaining([expect.stringContaining('one machine only')]));
  });

  test.each(printed)('is refused in production: %s', (secret) => {
    const refused = [expect.stringMatching(/^JWT_SECRET: stands in the documentation/)];
    expect(problemsOf({ NODE_ENV: 'production', JWT_SECRET: secret })).toEqual(refused);
    expect(problemsOf({ NODE_ENV: 'production', JWT_SECRET: ` ${secret} ` })).toEqual(refused);
  });

  test.each(printed)('will do elsewhere: %s', (secret) => {
    expect(problemsOf({ JWT_SECRET: secret })).toEqual([]);
  });

  test('is not shown by the problem', () => {
    const [secret = ''] = printed;
    expect(problemsOf({ NODE_ENV: 'production', JWT_SECRET: secret }).join()).not.toContain(secret);
  });
});
