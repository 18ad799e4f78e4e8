import { readFileSync } from 'node:fs';
import path from 'node:path';

const FILE = path.join(__dirname, '..', '..', '..', 'bench', 'rivals', 'formulas.mjs');
/** A package of its own, which neither the compiler nor the linter looks into. */
const taken = [...readFileSync(FILE, 'utf8').matchAll(/const \{ ([\w, ]+) \} = from\('([\w-]+)'\)/g)].map(
  ([, names = '', file = '']) => [file, names.split(', ')] as const,
);

describe('the formulas that rivals take of the service', () => {
  it('are read here', () => {
    expect(taken.length).toBeGreaterThan(10);
  });

  it.each(taken)('are where they take them: %s', async (file, names) => {
    const formulas = (await import(`../../../src/domain/${file}`)) as object;
    expect(Object.keys(formulas)).toEqual(expect.arrayContaining([...names]));
  });
});
