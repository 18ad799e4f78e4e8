import { daysOf, read, text, told } from './files';

describe('a header of two rows', () => {
  const GROUPS = [
    '일자별 매출,,,,,,',
    '영업일자,정상,,반품,,순매출,',
    ',건수,금액,건수,금액,건수,금액',
    '2026-10-03,7,"70,000",2,"-9,000",5,"61,000"',
    '합계,7,"70,000",2,"-9,000",5,"61,000"',
  ];

  test('is read as one: what is left after refunds is meant', async () => {
    const found = await read(text(...GROUPS));
    expect(daysOf(found)).toEqual({ '2026-10-03': 61_000 });
    expect(found.totals).toEqual({ mismatches: [], isWholeChecked: true, notCompared: [] });
    for (const amount of ['정상/금액', 'C', '3']) {
      const sold = await read(text(...GROUPS), { amount, refundAmount: 'none' });
      expect(daysOf(sold)).toEqual({ '2026-10-03': 70_000 });
      const left = await read(text(...GROUPS), { amount, refundAmount: '반품/금액' });
      expect(daysOf(left)).toEqual({ '2026-10-03': 61_000 });
    }
  });

  test('whose groups are all alike leaves a doubt', async () => {
    const alike = text(...GROUPS).replace('순매출', '카드');
    await expect(read(alike)).rejects.toThrow(
      '--amount-column: "정상/금액" or "반품/금액" or "카드/금액"? Say which is meant.',
    );
  });

  test('of a card list', async () => {
    const found = await read(
      text(
        'No.,영업일자,영수증번호,승인,,,원거래,,승인금액',
        ',,,구분,카드번호,승인번호,승인일자,비고,',
        '1,2026-10-03,0001,승인,9430-****,3001,2026-10-03,,"8,000"',
        '2,2026-10-03,0002,취소,9430-****,3001,2026-10-03,,"8,000"',
        '합계,,,,,,,,0',
      ),
    );
    expect([told(found), found.totals.isWholeChecked]).toEqual([{ 3: 8_000, 4: -8_000, 5: 'total' }, true]);
  });
});

describe('columns of one name', () => {
  const ALIKE = text(
    '영업일자,정상건수,금액,반품건수,금액,순매출건수,금액',
    '2026-10-03,7,"70,000",2,"-9,000",5,"61,000"',
  );

  test.each(['7', 'G', 'g'])('one is chosen by %s', async (amount) => {
    expect(daysOf(await read(ALIKE, { amount }))).toEqual({ '2026-10-03': 61_000 });
  });

  test('are told apart by their letters', async () => {
    await expect(read(ALIKE)).rejects.toThrow('--amount-column: C "금액" or E "금액" or G "금액"?');
    await expect(read(ALIKE, { amount: '12' })).rejects.toThrow('There is no column "12".');
  });
});
