import { Readable } from 'node:stream';
import { requireOneStore } from '../../../../src/commands/pos/one-store';
import { survey } from '../../../../src/commands/pos/survey';
import { read } from './files';
import type { ColumnChoice } from '../../../../src/commands/pos/column-choice';

const linesOf = (column: string, ...stores: readonly string[]): string =>
  [`일자,${column},상품명,금액`, ...stores.map((store) => `2026-10-03,${store},국수,1`)].join('\n');

/** What is wrong with the stores of an export, if anything. */
async function problemOf(content: string, choice: ColumnChoice = {}): Promise<string | undefined> {
  const { layout, lines } = await read(content, choice);
  const { found } = await survey(Readable.from(lines), {
    layout,
    onBad: () => undefined,
    onLine: () => undefined,
    signal: new AbortController().signal,
  });
  try {
    requireOneStore(layout.columns, found);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a file of several stores', () => {
  test.each(['매장코드', '매장명', '점포', '지점', 'Location'])(
    'is refused by its column %s',
    async (column) => {
      expect(await problemOf(linesOf(column, '강남', '판교', '강남', '분당'))).toBe(
        `"${column}" names 3 stores, so nothing was imported: import a file for each. If it tells something else, say ` +
          '--store-column none.',
      );
    },
  );

  test('is known by a column that is named', async () => {
    const content = linesOf('장소', '강남', '판교');
    expect(await problemOf(content)).toBeUndefined();
    expect(await problemOf(content, { store: '장소' })).toContain('"장소" names 2 stores');
  });

  test('is not one whose lines name one store, or none, or something else', async () => {
    expect(await problemOf(linesOf('매장명', '강남', '', '강남'))).toBeUndefined();
    expect(await problemOf(`${linesOf('매장명', '강남')}\n,총계,,1`)).toBeUndefined();
    expect(await problemOf(linesOf('매장', '매장', '포장'), { store: 'none' })).toBeUndefined();
  });

  test('is known by the second of two columns, too', async () => {
    const content = '일자,매장코드,매장명,금액\n2026-10-03,,강남,1\n2026-10-03,,판교,1\n';
    expect(await problemOf(content)).toContain('"매장명" names 2 stores');
  });
});
