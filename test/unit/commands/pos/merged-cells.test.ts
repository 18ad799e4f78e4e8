import { createIdentities } from '../../../../src/commands/pos/identity';
import type { StoreId } from '../../../../src/domain/values';
import { daysOf, read, type ReadExport, salesOf, text, told } from './files';

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
    expect(found.totals).toEqual({ mismatches: [], isWholeChecked: true });
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
      8: 'has figures and no receipt: if it is a sum over other lines, take it out',
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
      text('일자,영수증번호,상품명,실매출액', '2026-10-03,1,국수,9000', '2026-10-03,,,9000'),
    );
    expect(told(found)[3]).toBe('has figures and no receipt: if it is a sum over other lines, take it out');
  });
});
