import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '../../..');
const SRC = path.join(ROOT, 'src');

/** Which room imports, or is drawn above, which others. */
type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

function arrowsOf(pairs: Iterable<readonly [from: string, to: string]>): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const [from, to] of pairs) arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
  return arrows;
}

/** The lines `a --> b & c` of the page's one mermaid picture. */
function* drawn(): Generator<[string, string]> {
  const page = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');
  const picture = /```mermaid\n(.*?)```/s.exec(page)?.[1];
  if (picture === undefined) throw new Error('docs/architecture.md has no picture.');
  for (const [, from = '', to = ''] of picture.matchAll(/^ +(\w+) --> (.+)$/gm))
    for (const each of to.split(' & ')) yield [from, each];
}

/** A folder of src, or a file beside them with the folder of its name. */
const roomOf = (file: string): string => path.relative(SRC, file).split(path.sep)[0]!.replace(/\.ts$/, '');

function* imported(): Generator<[string, string]> {
  for (const name of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = path.join(SRC, name);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      if (!fileName.startsWith('.')) continue;
      const [from, to] = [roomOf(file), roomOf(path.resolve(path.dirname(file), fileName))];
      if (from !== to && from !== 'generated' && to !== 'generated') yield [from, to];
    }
  }
}

/** All that can be reached by going along arrows. */
function below(room: string, arrows: Arrows, seen = new Set<string>()): ReadonlySet<string> {
  for (const next of arrows.get(room) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    below(next, arrows, seen);
  }
  return seen;
}

describe('the picture of the house in docs/architecture.md', () => {
  const picture = arrowsOf(drawn());
  const imports = arrowsOf(imported());

  it('has every room, and no other', () => {
    const roomsIn = (arrows: Arrows): string[] =>
      [...new Set([...arrows].flatMap(([from, all]) => [from, ...all]))].sort();
    expect(roomsIn(picture)).toEqual(roomsIn(imports));
  });

  it('has no circle', () => {
    const inCircle = [...picture.keys()].filter((room) => below(room, picture).has(room));
    expect(inCircle).toEqual([]);
  });

  it('leads down wherever there is an import', () => {
    const upward = [...imports].flatMap(([from, all]) =>
      [...all].filter((to) => !below(from, picture).has(to)).map((to) => `${from} imports ${to}`),
    );
    expect(upward).toEqual([]);
  });

  it('draws no arrow that nothing imports along', () => {
    const unused = [...picture].flatMap(([from, all]) =>
      [...all].filter((to) => imports.get(from)?.has(to) !== true).map((to) => `${from} --> ${to}`),
    );
    expect(unused).toEqual([]);
  });
});
