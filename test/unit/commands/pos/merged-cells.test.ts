import { createIdentities } from '../../../../src/commands/pos/identity';
import type { StoreId } from '../../../../src/domain/values';
import { daysOf, read, readStated, type ReadExport, salesOf, text, told } from './files';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

function idsOf(found: ReadExport): readonly string[] {
  const idOf = createIdentities(STORE);
  return salesOf(found).map((sale) => idOf(sale));
}

describe('merged cells', () => {
  const HEADER = '일자,포스번호,영수증번호,구분,상품명,수량,실매출액';
  const RECEIPTS = [
    '2026-10-03,01,0001,매출,국수,1,"9,000"',
    ',,,,만두,2,"6,000"',
    ',,,,소계 :,3,"15,000"',
    '2026-10-03,01,0002,반품,국수,1,"9,000"',
    ',,,,소계 :,1,"-9,000"',
    '합계,,,,,4,"6,000"',
  ];

  test('go on with the receipt above, and its subtotal agrees', async () => {
    const found = await read(text(HEADER, ...RECEIPTS));
    expect(daysOf(found)).toEqual({ '2026-10-03': 6_000 });
    expect(found.totals).toEqual({ mismatches: [], isWholeChecked: true, notCompared: [] });
    const whole = await read(text(HEADER, RECEIPTS[0]!, '2026-10-03,1,1,매출,만두,2,6000', RECEIPTS[3]!));
    expect(idsOf(found)).toEqual(idsOf(whole));
  });

  test('are not filled where that is not sure', async () => {
    const found = await read(
      text(
        HEADER,
        ',,,,국수,1,1',
        RECEIPTS[0]!,
        ',02,,,만두,1,6000',
        ',,0003,,만두,1,6000',
        RECEIPTS[2]!,
        ',,,,만두,1,6000',
        ',,,,,3,6000',
      ),
    );
    expect(told(found)).toMatchObject({
      2: '일자: is empty',
      4: '일자: is empty',
      6: 'total',
      7: '일자: is empty',
      8: 'has figures and no receipt: if it is a sum over other lines, take it out; if it is a sale, say --sum-lines sales',
    });
  });

  test('are filled with the day of several receipts', async () => {
    const found = await read(
      text(HEADER, RECEIPTS[0]!, ',,0002,매출,만두,1,6000', ',02,0001,매출,만두,1,6000'),
    );
    expect(daysOf(found)).toEqual({ '2026-10-03': 21_000 });
    expect(salesOf(found).map(({ receipt }) => receipt)).toEqual([
      '2026-10-03 1 1',
      '2026-10-03 1 2',
      '2026-10-03 2 1',
    ]);
  });

  test('a line of figures alone may be a sum', async () => {
    const found = await read(
      text('일자,영수증번호,상품명,실매출액', '2026-10-03,1,국수,9000', '2026-10-03,,,8000'),
    );
    expect(told(found)[3]).toBe(
      'has figures and no receipt: if it is a sum over other lines, take it out; if it is a sale, say --sum-lines sales',
    );
  });

  test('a day goes on over receipts with subtotals between them', async () => {
    const merged = [
      '2026-10-03,01,0001,매출,국수,1,"9,000"',
      ',,,,소계 :,1,"9,000"',
      ',,0002,매출,국수,1,"9,000"',
      ',,,,만두,1,"5,000"',
      ',,,,소계 :,1,"14,000"',
      ',02,0001,매출,차,1,"1,000"',
      ',,,,소계 :,1,"1,000"',
    ];
    const found = await read(text(HEADER, ...merged, '합계,,,,,4,"24,000"'));
    expect(salesOf(found).map(({ receipt }) => receipt)).toEqual([
      ...['2026-10-03 1 1', '2026-10-03 1 2', '2026-10-03 1 2', '2026-10-03 2 1'],
    ]);
    expect(found.totals).toEqual({ mismatches: [], isWholeChecked: true, notCompared: [] });
    // Below a subtotal nothing goes on with the receipt, and below a total nothing goes on at all.
    const [first, subtotal] = [merged[0]!, merged[1]!];
    expect(told(await read(text(HEADER, first, subtotal, ',,,,만두,1,"5,000"')))[4]).toBe('일자: is empty');
    expect(told(await read(text(HEADER, first, '합계,,,,,1,"9,000"', merged[2]!)))[4]).toBe('일자: is empty');
  });

  test('an empty mark below a refund leaves a doubt where the others say that they were sold', async () => {
    const lines = (word: string): string =>
      text(HEADER, `2026-10-03,1,1,${word},a,1,1`, '2026-10-03,1,2,취소,b,1,2', '2026-10-03,1,3,,c,1,3');
    expect(told(await read(lines('정상')))[4]).toBe(
      '구분: is empty below "취소", and may be merged with it. Fill it, or say in a layout (marks) that an empty one was ' +
        "sold: sold: ['']",
    );
    const stated = await readStated(lines('정상'), { markWords: { sold: [''] } });
    expect(told(stated)).toEqual({ 2: 1, 3: -2, 4: 3 });
    expect(told(await read(lines('')))).toEqual({ 2: 1, 3: -2, 4: 3 });
  });

  test('empty cells that a spreadsheet cut off the end of a line are empty', async () => {
    const header = '일자,영수증번호,실매출액,구분,비고';
    const lines = ['2026-10-03,1,1,정상,x', '2026-10-03,2,2,취소', '2026-10-03,3,3,정상'];
    expect(told(await read(text(header, ...lines)))).toEqual({ 2: 1, 3: -2, 4: 3 });
    const cut = text(header, ...lines.map((line) => `${line},y`), '2026-10-03,4,4', '2026-10-03,5');
    expect(told(await read(cut))).toMatchObject({
      5: 'has 3 columns where the header has 5',
      6: 'has 2 columns where the header has 5',
    });
  });
});
