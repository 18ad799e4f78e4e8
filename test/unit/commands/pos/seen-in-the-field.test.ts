import { createIdentities } from '../../../../src/commands/pos/identity';
import type { StoreId } from '../../../../src/domain/values';
import { daysOf, read, type ReadExport, readStated, salesOf, told } from './files';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

function idsOf(found: ReadExport): readonly string[] {
  const idOf = createIdentities(STORE);
  return salesOf(found).map((sale) => idOf(sale));
}

const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

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
    expect(found.totals).toEqual({ mismatches: [], isWholeChecked: true });
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
    expect(totals).toEqual({ mismatches: [], isWholeChecked: true });
  });

  test.each([
    ['none at all', ['2026-10-03,a,10']],
    ['no figure', ['2026-10-03,a,10', '합계,,']],
    ['one that comes too early', ['2026-10-03,a,10', '합계,,10', '2026-10-03,b,10']],
  ])('confirm nothing with %s', async (_what, lines) => {
    const { totals } = await read(text('일자,상품명,실매출액', ...lines));
    expect(totals).toEqual({ mismatches: [], isWholeChecked: false });
  });

  test('notice that refunds are meant otherwise', async () => {
    const { totals } = await read(
      text('영업일자,매출구분,승인금액', '20261003,승인,9000', '20261003,승인취소,4000', '총계,,13000'),
    );
    expect(totals.mismatches).toEqual([{ number: 4, name: '총계', says: 13_000n, sum: 5_000n }]);
  });
});

describe('a column named like refunds', () => {
  const lines = (...counts: readonly string[]): string =>
    text('영업일자,반품,매출액', ...counts.map((count, index) => `2026-10-0${index + 1},${count},"50,000"`));

  test('that counts marks nothing', async () => {
    expect(told(await read(lines('2', '0', '1')))).toEqual({ 2: 50_000, 3: 50_000, 4: 50_000 });
  });

  test('that holds sums is asked about beside the one that is named for refunds', async () => {
    const content = text('영업일자,구분,반품,매출액', '2026-10-03,정상,"10,000","50,000"');
    const doubt = '반품: "10,000": is it to be taken off? Say --refund-amount-column "반품", or none';
    for (const refund of ['구분', 'B', 'none'])
      expect(told(await read(content, { refund }))).toEqual({ 2: doubt });
    expect(told(await read(content, { refund: '반품' }))[2]).toContain('says neither that it was sold');
  });

  test('that holds sums is asked about', async () => {
    expect(told(await read(lines('"10,000"', '0')))).toEqual({
      2: '반품: "10,000": is it to be taken off? Say --refund-amount-column "반품", or none',
      3: 50_000,
    });
    const taken = await read(lines('"10,000"', '0'), { refundAmount: '반품' });
    expect(salesOf(taken).map(({ amount }) => amount)).toEqual([50_000, -10_000, 50_000]);
  });

  test('with 0 and 1 alone leaves a doubt, which its option ends', async () => {
    await expect(read(lines('0', '1'))).rejects.toThrow(
      '--refund-column: does "반품" mark refunds by 1, or count them? Say --refund-column "반품", or none.',
    );
    expect(told(await read(lines('0', '1'), { refund: '반품' }))).toEqual({ 2: 50_000, 3: -50_000 });
    expect(told(await read(lines('0', '1'), { refund: 'none' }))).toEqual({ 2: 50_000, 3: 50_000 });
    expect(told(await read(lines('0', '1').replace('반품', '반품여부')))).toEqual({ 2: 50_000, 3: -50_000 });
  });

  test.each([
    ...[['취소여부', true] as const, ['환불 여부', true] as const, ['취소', true] as const],
    ...[['Refund', true] as const, ['반품유무', false] as const, ['Cancelled YN', false] as const],
  ])('that asks about refunds as %s does is answered by yes and no', async (name, isKnown) => {
    const found = await read(
      text(`일자,${name},금액`, '2026-10-03,N,1', '2026-10-03,Y,2'),
      isKnown ? {} : { refund: name },
    );
    expect(told(found)).toEqual({ 2: 1, 3: -2 });
  });

  test.each([
    ['구분', '1', '2'],
    ['구분', '1', '0'],
    ['상태', 'Y', 'N'],
    ['Status', 'true', 'false'],
    ['거래구분', 'O', 'X'],
    ['취소구분', '1', '2'],
  ])('that is called %s and holds %s and %s leaves a doubt', async (name, one, other) => {
    const lines = text(`일자,${name},금액`, `2026-10-03,${one},1`, `2026-10-03,${other},2`);
    await expect(read(lines)).rejects.toThrow(
      `--refund-column: what do "${one}" and "${other}" of "${name}" mean? Say it in a layout (marks), or say ` +
        '--refund-column none.',
    );
    expect(told(await read(lines, { refund: 'none' }))).toEqual({ 2: 1, 3: 2 });
    const markWords = { sold: [other], refunded: [one] };
    expect(told(await readStated(lines, { markWords }))).toEqual({ 2: -1, 3: 2 });
  });

  test('whose codes were not seen at the beginning leaves a doubt that is not skipped', async () => {
    const lines = text('일자,구분,금액', '2026-10-03,정상,1', '2026-10-03,Y,2');
    expect((await read(lines)).lines[1]!.line).toEqual({
      kind: 'bad',
      isDoubt: true,
      problem: '구분: "Y" says neither that it was sold nor refunded: say in a layout (marks) what it means',
    });
  });

  test('that marks some lines is asked about, though another one marks all', async () => {
    const lines = text(
      '일자,거래구분,상태,금액',
      '2026-10-03,취소,정상,1',
      '2026-10-03,승인,정상,2',
      '2026-10-03,수기,정상,4',
    );
    await expect(read(lines)).rejects.toThrow('--refund-column: "거래구분" or "상태"? Say which is meant.');
    expect(told(await read(lines, { refund: '상태' }))).toEqual({ 2: 1, 3: 2, 4: 4 });
  });

  test('that says how cards were read stands back behind one that marks', async () => {
    const found = await read(
      text(
        '영업일자,승인구분,매출구분,승인금액',
        '20261003,POS승인,승인,9000',
        '20261003,POS승인,취소,-9000',
        '20261003,POS승인,승인취소,4000',
      ),
    );
    expect(told(found)).toEqual({ 2: 9_000, 3: -9_000, 4: -4_000 });
  });

  test('that contradicts another one leaves a doubt', async () => {
    const found = await read(text('일자,구분,취소여부,금액', '2026-10-03,정상,N,1', '2026-10-03,정상,Y,1'));
    expect(found.lines[1]!.line).toEqual({
      kind: 'bad',
      isDoubt: true,
      problem: '구분: "정상", and 취소여부: "Y": say by --refund-column which of them tells refunds',
    });
  });
});

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
    expect(found.totals).toEqual({ mismatches: [], isWholeChecked: true });
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

describe('a report of one day', () => {
  const REPORT = text(
    '당일 매출,,,',
    '조회일자 : 2026-10-05,,,',
    'NO,포스번호,영수번호,결제시각,실매출액',
    '1,01,0003,11:20:00,"6,000"',
    '합계,,,,"6,000"',
  );

  test('names its day in the title: it is proposed, and not taken', async () => {
    await expect(read(REPORT)).rejects.toThrow(
      'No column names the day of a sale. The title says 2026-10-05: if all sales are of that day, say --date 2026-10-05.',
    );
    const found = await readStated(REPORT, { day: '2026-10-05' as never });
    expect([daysOf(found), found.layout.titleDays]).toEqual([{ '2026-10-05': 6_000 }, ['2026-10-05']]);
    expect(found.totals.isWholeChecked).toBe(true);
  });

  test('of more days is not one', async () => {
    await expect(read(REPORT.replace('2026-10-05', '2026-10-05 ~ 2026-10-06'))).rejects.toThrow(
      'If all sales are of one day, say which by --date',
    );
    await expect(
      readStated(text('일자,메뉴,금액', '2026-10-05,국수,1'), { day: '2026-10-05' as never }),
    ).rejects.toThrow('--date: the file has the day of each sale.');
  });
});

describe('days that are written otherwise', () => {
  test('are read by a format that is stated', async () => {
    const lines = text('Date,Net Sales', '10/03/26,9000', '10/13/26,1000');
    expect(told(await read(lines))[2]).toBe('Date: "10/03/26" is no day of the years 2000 to 2100');
    expect(daysOf(await readStated(lines, { writing: { format: 'MM/DD/YY' } }))).toEqual({
      '2026-10-03': 9_000,
      '2026-10-13': 1_000,
    });
    expect(told(await readStated(lines, { writing: { format: 'DD/MM/YY' } }))[3]).toContain(
      '"10/13/26" is no day of the years 2000 to 2100 written DD/MM/YY',
    );
    await expect(readStated(lines, { writing: { format: 'MM/DD' } })).rejects.toThrow('--date-format');
  });

  test('with an offset fall into a day of the zone that is stated', async () => {
    const lines = text(
      'Created at,Total',
      '2026-10-03 23:30:00 +0900,9000',
      '2026-10-03T15:30:00Z,1000',
      '2026-10-03 10:00:00 -05:00,500',
    );
    expect(told(await read(lines))[2]).toBe(
      'Created at: "2026-10-03 23:30:00 +0900" has an offset: name the store\'s zone, as --time-zone Asia/Seoul does',
    );
    const found = await readStated(lines, { writing: { timeZone: 'Asia/Seoul' } });
    expect(told(found)).toEqual({ 2: 9_000, 3: 1_000, 4: 500 });
    expect(salesOf(found).map(({ day }) => day)).toEqual(['2026-10-03', '2026-10-04', '2026-10-04']);
    await expect(readStated(lines, { writing: { timeZone: 'Seoul' } })).rejects.toThrow('--time-zone');
  });
});

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
