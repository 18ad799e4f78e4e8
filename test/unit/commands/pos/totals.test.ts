import { daysOf, read, text } from './files';

describe('sums that a file has of itself', () => {
  const LINES = [
    '일자,상품명,실매출액',
    '2026-10-03,커피,"3,000"',
    '2026-10-03,빵,"4,000"',
    '2026-10-03,소계,"7,000"',
    '2026-10-04,커피,"2,500"',
    '2026-10-04,소계 :,"2,500"',
  ];

  test('are no sales, wherever their word stands, and agree with what they cover', async () => {
    const found = await read(text(...LINES, '합계,,"9,500"'));
    expect(daysOf(found)).toEqual({ '2026-10-03': 7_000, '2026-10-04': 2_500 });
    expect(found.totals).toEqual({ mismatches: [], isWholeChecked: true, notCompared: [] });
  });

  test.each([
    ['합계,,"9,400"', [7, '합계', 9_400n, 9_500n]],
    ['2026-10-04,총 합계 (3건),"12,000"', [7, '총합계건', 12_000n, 9_500n]],
  ])('%s is told with both figures', async (line, [number, name, says, sum]) => {
    const { totals } = await read(text(...LINES, line));
    expect(totals.mismatches).toEqual([{ number, name, says, sum }]);
  });

  test('a subtotal that does not agree is told with that of its group', async () => {
    const { totals } = await read(text(...LINES.slice(0, 3), '2026-10-03,소계,"7,100"', ...LINES.slice(4)));
    expect(totals.mismatches).toEqual([{ number: 4, name: '소계', says: 7_100n, sum: 7_000n }]);
  });

  test.each([
    ['above all lines', ['합계,,30', '2026-10-03,a,10', '2026-10-04,b,20']],
    ['above its group', ['소계,,10', '2026-10-03,a,10', '소계,,20', '2026-10-04,b,20']],
    ['running', ['2026-10-03,a,10', '누계,,10', '2026-10-04,b,20', '누계,,30']],
    [
      'of days and of all by one word',
      ['2026-10-03,a,10', '합계,,10', '2026-10-04,b,20', '합계,,20', '합계,,30'],
    ],
    [
      'of three levels',
      [
        '2026-10-03,a,10',
        '소계,,10',
        '2026-10-03,b,5',
        '소계,,5',
        '일계,,15',
        '2026-10-04,c,1',
        '소계,,1',
        '일계,,1',
        '총계,,16',
      ],
    ],
    [
      'in English',
      ['2026-10-03,a,10', ',Sub-total,10', '2026-10-04,b,20', ',Subtotal,20', 'Grand Total,,30'],
    ],
  ])('may stand %s', async (_where, lines) => {
    const { totals } = await read(text('일자,상품명,실매출액', ...lines));
    expect(totals).toEqual({ mismatches: [], isWholeChecked: true, notCompared: [] });
  });

  test.each([
    ['none at all', ['2026-10-03,a,10']],
    ['no figure', ['2026-10-03,a,10', '합계,,']],
    ['one that comes too early', ['2026-10-03,a,10', '합계,,10', '2026-10-03,b,10']],
  ])('confirm nothing with %s', async (_what, lines) => {
    const { totals } = await read(text('일자,상품명,실매출액', ...lines));
    expect(totals).toEqual({ mismatches: [], isWholeChecked: false, notCompared: [] });
  });

  test('notice that refunds are meant otherwise', async () => {
    const { totals } = await read(
      text('영업일자,매출구분,승인금액', '20261003,승인,9000', '20261003,승인취소,4000', '총계,,13000'),
    );
    expect(totals.mismatches).toEqual([{ number: 4, name: '총계', says: 13_000n, sum: 5_000n }]);
  });
});
