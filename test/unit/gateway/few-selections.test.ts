import { buildSchema, parse, validate } from 'graphql';
import { fewSelections } from '../../../src/gateway/documents/few-selections';

const schema = buildSchema('type Query { next(at: Int): Query leaf: Int other: Int }');

const mistakesOf = (text: string): readonly string[] =>
  validate(schema, parse(text), [fewSelections]).map(({ message }) => message);

/** Each fragment leads on to the next so often: what is written in a line stands in the answer a million times. */
function chain(levels: number, step: (next: string) => string): string {
  const fragments = Array.from(
    { length: levels },
    (_, level) => `fragment f${level} on Query { ${step(`f${level + 1}`)} }`,
  );
  return `{ ...f0 } ${fragments.join(' ')} fragment f${levels} on Query { leaf }`;
}

describe('what an operation selects', () => {
  it('is counted wherever a fragment is spread', () => {
    const leaves = (count: number): string =>
      Array.from({ length: count }, (_, place) => `a${place}: next { ...ten }`).join(' ');
    const ten = `fragment ten on Query { ${Array.from({ length: 9 }, (_, n) => `b${n}: leaf`).join(' ')} }`;
    // Of each: its field, the spread, and nine leaves. Of the fragment by itself: nine.
    expect(mistakesOf(`{ ${leaves(450)} } ${ten}`)).toEqual([]);
    expect(mistakesOf(`{ ${leaves(460)} } ${ten}`)).toEqual([expect.stringContaining('5000')]);
  });

  it.each([
    ['fields of the same key', (next: string) => `next { ...${next} } next { ...${next} }`],
    ['fields of different keys', (next: string) => `next { ...${next} } a: next { ...${next} }`],
    ['spreads and nothing else', (next: string) => `...${next} ...${next}`],
    ['inline fragments', (next: string) => `... { ...${next} } ... { ...${next} }`],
  ])('is refused where it grows without end, by %s', (_by, step) => {
    expect(mistakesOf(chain(60, step))).toHaveLength(1);
    expect(mistakesOf(chain(3, step))).toEqual([]);
  });

  it('may name the same key thirty times in one place of the answer, and in as many places as there are', () => {
    const leaves = (count: number): string => 'leaf '.repeat(count);
    expect(mistakesOf(`{ ${leaves(30)} }`)).toEqual([]);
    expect(mistakesOf(`{ ${leaves(31)} }`)).toEqual([expect.stringContaining('"leaf"')]);
    expect(mistakesOf(`{ ${leaves(15)} ... { ${leaves(16)} } }`)).toHaveLength(1);
    expect(mistakesOf(`{ ${leaves(15)} ...f } fragment f on Query { ${leaves(16)} }`)).toHaveLength(1);
    expect(mistakesOf(`{ next { ${leaves(15)} } next { ${leaves(16)} } }`)).toHaveLength(1);
    expect(mistakesOf(`{ next { ${leaves(20)} } a: next { ${leaves(20)} } }`)).toEqual([]);
    expect(mistakesOf(`{ __typename } fragment f on Query { ${leaves(31)} }`)).toHaveLength(1);
  });

  it('is left to others where fragments go round in circles or are not there', () => {
    expect(mistakesOf('{ ...f } fragment f on Query { leaf next { ...f } ...g }')).toEqual([]);
  });
});
