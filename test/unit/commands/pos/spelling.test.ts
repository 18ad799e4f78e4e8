import { createIdentities } from '../../../../src/commands/pos/identity';
import type { StoreId } from '../../../../src/domain/values';
import { read, type ReadExport, salesOf, text, told } from './files';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

function idsOf(found: ReadExport): readonly string[] {
  const idOf = createIdentities(STORE);
  return salesOf(found).map((sale) => idOf(sale));
}

describe('a file that a spreadsheet has opened and saved', () => {
  test('has the same receipts, though their leading zeros are gone', async () => {
    const header = '일자,포스번호,영수증번호,구분,실매출액';
    const exported = await read(
      text(header, '2026-10-03,01,0007,매출,"8,200"', '2026-10-03,02,0010,반품,"-1,000"'),
    );
    const saved = await read(text(header, '2026-10-03,1,7,매출,8200', '2026-10-03,2,10,반품,-1000'));
    const formulas = await read(
      text(header, '2026-10-03,="01","=""0007""",매출,8200', '2026-10-03,="02",="0010",반품,-1000'),
    );
    expect(idsOf(saved)).toEqual(idsOf(exported));
    expect(idsOf(formulas)).toEqual(idsOf(exported));
    expect(new Set(idsOf(exported)).size).toBe(2);
  });

  test('has the same sales without receipts, though seconds, zeros and commas are gone', async () => {
    const header = '판매일시,코드,메뉴,단가,결제금액,결제시각';
    const exported = await read(
      text(
        header,
        '2026-10-03 09:05:41,007,라떼,"5,500",5500,오후 1:07:09',
        '2026-10-03 09:05:58,007,라떼,"5,500",5500,오후 1:07:09',
      ),
    );
    const saved = await read(
      text(
        header,
        '2026-10-03 9:05,7,라떼,5500,"5,500",13:07',
        '2026-10-03 9:05,7,라떼,5500,"5,500",13:07:09',
      ),
    );
    expect(idsOf(saved)).toEqual(idsOf(exported));
    expect(new Set(idsOf(exported)).size).toBe(2);
  });

  test('numbers with letters are no numbers', async () => {
    const header = '일자,영수증번호,실매출액';
    const found = await read(
      text(header, '2026-10-03,A007,1', '2026-10-03,A7,1', '2026-10-03,007-1,1', '2026-10-03,7-1,1'),
    );
    expect(new Set(idsOf(found)).size).toBe(4);
  });

  test('a number that has lost its last digits tells no sale', async () => {
    const found = await read(text('일자,승인번호,실매출액', '2026-10-03,3.00123E+11,1'));
    expect(told(found)[2]).toBe(
      '"3.00123E+11" has lost digits in a spreadsheet: import the file as it was exported',
    );
  });
});
