import { execFileSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** The modules that are loaded as long as nobody has said which roles a process has. */
function loadedWithoutRoles(): string[] {
  const program = `require('./dist/composition.js'); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const printed = execFileSync(process.execPath, ['--eval', program], { cwd: ROOT, encoding: 'utf8' });
  return (JSON.parse(printed) as string[]).map((file) => path.relative(ROOT, file));
}

describe('what a process loads before its roles are known', () => {
  const loaded = loadedWithoutRoles();

  it('has the composition itself in it', () => {
    expect(loaded).toContain('dist/composition.js');
  });

  it.each(['dist/gateway/', 'dist/resolvers/', 'dist/rest/', '@apollo/server/', 'type-graphql/'])(
    'has nothing of %s, which a worker would keep in memory',
    (part) => {
      expect(loaded.filter((file) => file.includes(part))).toEqual([]);
    },
  );

  it.each(['dist/workers/consumer', 'dist/workers/projections/', 'cockatiel/'])(
    'has nothing of %s, which a gateway would',
    (part) => {
      expect(loaded.filter((file) => file.includes(part))).toEqual([]);
    },
  );
});
