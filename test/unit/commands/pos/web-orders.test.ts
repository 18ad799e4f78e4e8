import { createIdentities } from '../../../../src/commands/pos/identity';
import type { StoreId } from '../../../../src/domain/values';
import { daysOf, read, type ReadExport, readStated, salesOf, text, told } from './files';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

function idsOf(found: ReadExport): readonly string[] {
  const idOf = createIdentities(STORE);
  return salesOf(found).map((sale) => idOf(sale));
}

describe('orders of a web shop', () => {
  const ORDERS = text(
    'Name,Financial Status,Total,Created at,Lineitem name,Refunded Amount',
    '#1,paid,"8,000",2026-10-03 10:00:00 +0900,커피,0',
    '#1,,,2026-10-03 10:00:00 +0900,빵,',
    '#2,refunded,"5,000",2026-10-03 11:00:00 +0900,커피,"2,000"',
  );
  const writing = { timeZone: 'Asia/Seoul' };

  test('go on over several lines, and what was given back is asked about', async () => {
    const found = await readStated(ORDERS, { writing, choice: { receipt: 'Name', refund: 'none' } });
    expect(found.lines.slice(1).map(({ line }) => line)).toEqual([
      { kind: 'continued' },
      {
        kind: 'bad',
        isDoubt: true,
        problem:
          'Refunded Amount: "2,000": is it to be taken off? Say --refund-amount-column "Refunded Amount", or none',
      },
    ]);
  });

  test('are taken off where that is stated', async () => {
    const choice = { receipt: 'Name', refund: 'none', refundAmount: 'Refunded Amount' };
    const found = await readStated(ORDERS, { writing, choice });
    expect(salesOf(found).map(({ amount }) => amount)).toEqual([8_000, 5_000, -2_000]);
    expect(new Set(idsOf(found)).size).toBe(3);
    const asTheyAre = await readStated(ORDERS, { writing, choice: { ...choice, refundAmount: 'none' } });
    expect(daysOf(asTheyAre)).toEqual({ '2026-10-03': 13_000 });
  });

  test('are not taken off twice', async () => {
    const choice = { receipt: 'Name', refundAmount: 'Refunded Amount' };
    const found = await readStated(ORDERS, { writing, choice });
    expect(told(found)[4]).toMatch(
      /^is marked as a refund, and Refunded Amount: "2,000": it would be taken off twice/,
    );
  });

  test('what was given back beside a negative amount is not taken off twice', async () => {
    const content = text('일자,금액,취소금액', '2026-10-03,"9,000",0', '2026-10-03,"-9,000","9,000"');
    const found = await read(content, { refundAmount: '취소금액' });
    expect(found.lines.map(({ line }) => line)).toMatchObject([
      { amount: 9_000 },
      {
        kind: 'bad',
        isDoubt: true,
        problem:
          'has a negative amount, and 취소금액: "9,000": it would be taken off twice. Say --refund-amount-column none',
      },
    ]);
    expect(daysOf(await read(content, { refundAmount: 'none' }))).toEqual({ '2026-10-03': 0 });
  });

  test('an amount that is missing among those of each line is no further line', async () => {
    const found = await read(
      text('일자,영수증번호,상품명,금액', '2026-10-03,1,a,1', '2026-10-03,1,b,2', '2026-10-03,1,c,'),
    );
    expect(told(found)[4]).toBe('금액: is empty');
  });
});
