import { createIdentities } from '../../../../src/commands/pos/identity';
import type { StoreId } from '../../../../src/domain/values';
import { daysOf, read, readStated, salesOf, text, told } from './files';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

async function idsOf(...lines: readonly string[]): Promise<readonly string[]> {
  const idOf = createIdentities(STORE);
  return salesOf(await read(text(...lines))).map((sale) => idOf(sale));
}

describe('what depends on the place of a line in its file is no part of a sale', () => {
  test.each(['일련번호', '#', 'Seq', '행번호', '누계금액', '잔액'])('under the name of %s', async (name) => {
    const header = `일자,${name},메뉴,매출액`;
    const [, tea] = await idsOf(header, '2026-10-03,17,국수,10', '2026-10-03,18,차,20');
    expect(await idsOf(header, '2026-10-03,1,차,20')).toEqual([tea]);
  });

  test.each([
    ['counts lines', ['1', '2', '3'], ['1', '2', '3', '4']],
    ['adds up amounts', ['10', '30', '60'], ['5', '15', '35', '65']],
  ])('where it %s', async (_what, first, later) => {
    const lines = ['국수,10', '차,20', '밥,30'];
    const placed = (places: readonly string[], all: readonly string[]): string[] =>
      all.map((line, index) => `2026-10-03,${places[index]},${line}`);
    const ids = await idsOf('일자,값,메뉴,매출액', ...placed(first, lines));
    const again = await idsOf('일자,값,메뉴,매출액', ...placed(later, ['빵,5', ...lines]));
    expect(again.slice(1)).toEqual(ids);
  });

  test('and what only looks like it is one', async () => {
    const header = '일자,수량,메뉴,매출액';
    const [one, other] = await idsOf(header, '2026-10-03,1,차,20', '2026-10-03,2,차,20');
    expect(one).not.toBe(other);
  });
});

describe('a number that a spreadsheet made a day', () => {
  test.each([
    ['영수증번호', '3월 2일'],
    ['테이블', '02-Jan'],
    ['테이블번호', 'Mar-05'],
  ])('%s: %s is refused', async (name, cell) => {
    expect(told(await read(text(`일자,${name},금액`, `2026-10-03,${cell},9`)))[2]).toBe(
      `${name}: "${cell}" was a number before a spreadsheet made it a day: import the file as it was exported`,
    );
  });

  test('is none in a remark', async () => {
    expect(told(await read(text('일자,비고,금액', '2026-10-03,3월 2일,9')))).toEqual({ 2: 9 });
  });
});

describe('days of UTC by their name', () => {
  test.each(['Date (UTC)', 'Date (GMT)'])('%s needs the zone of the store', async (name) => {
    const content = text(`${name},Amount`, '2026-10-03 20:00:00,9', '2026-10-03 10:00:00,4');
    const choice = { date: name };
    await expect(read(content, choice)).rejects.toThrow(
      `--time-zone: "${name}" is not in the store's zone: name that, as --time-zone Asia/Seoul does.`,
    );
    const found = await readStated(content, { choice, writing: { timeZone: 'Asia/Seoul' } });
    expect(daysOf(found)).toEqual({ '2026-10-04': 9, '2026-10-03': 4 });
  });
});
