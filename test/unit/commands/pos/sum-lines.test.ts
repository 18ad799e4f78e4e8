import { daysOf, read, readStated, text, told } from './files';

describe('a line that is the sum of others, and does not say so', () => {
  const doubt = (sum: string, empty: string): string =>
    `매출액: "${sum}" is the sum of the lines above, and ${empty} is empty: is it a sum over them? Say --sum-lines leave-out, or --sum-lines sales`;

  test.each([
    [
      'with a word that is not known',
      '일자,영수증번호,상품명,매출액',
      ['2026-10-03,1,국수,10', '2026-10-03,2,차,20', '2026-10-03,,하루치,30'],
      '영수증번호',
    ],
    [
      'with figures alone',
      '일자,영수증번호,상품명,매출액',
      ['2026-10-03,1,국수,10', '2026-10-03,2,차,20', '2026-10-03,,,30'],
      '영수증번호',
    ],
    [
      'of goods without receipts',
      '일자,메뉴,매출액',
      ['2026-10-03,국수,10', '2026-10-03,차,20', '2026-10-03,,30'],
      '메뉴',
    ],
    ['of one line', '일자,메뉴,매출액', ['2026-10-03,국수,10', '2026-10-03,,10', '2026-10-04,차,20'], '메뉴'],
    [
      'without a till',
      '일자,포스번호,메뉴,매출액',
      ['2026-10-03,1,국수,10', '2026-10-03,2,차,20', '2026-10-03,,다,30'],
      '포스번호',
    ],
    [
      'without a time',
      '일자,결제시각,메뉴,매출액',
      ['2026-10-03,11:00,국수,10', '2026-10-03,11:01,차,20', '2026-10-03,,다,30'],
      '결제시각',
    ],
    [
      'of what is left after refunds',
      '일자,구분,메뉴,매출액',
      ['2026-10-03,정상,국수,10', '2026-10-03,취소,국수,10', '2026-10-03,정상,차,20', '2026-10-03,,다,20'],
      '구분',
    ],
  ] as const)('%s is asked about', async (_which, header, lines, empty) => {
    const place = lines.findLastIndex((line) => line.split(',').includes(''));
    const content = text(header, ...lines);
    const sum = lines[place]!.split(',').at(-1)!;
    expect(told(await read(content))[place + 2]).toBe(doubt(sum, empty));
    const without = daysOf(await readStated(content, { sumLines: 'leave-out' }));
    expect(without).toEqual(daysOf(await read(text(header, ...lines.filter((_, index) => index !== place)))));
    const counted = await readStated(content, { sumLines: 'sales' });
    expect(told(counted)[place + 2]).toBe(Number(sum));
  });

  test.each([
    [
      'has a time',
      '일자,시각,영수증번호,메뉴,매출액',
      ['2026-10-03,11:00,1,국수,10', '2026-10-03,,,,10', '2026-10-03,12:00,,밥,10'],
      [3],
    ],
    [
      'is of a thing that was sold',
      '일자,영수증번호,메뉴,매출액',
      ['2026-10-03,1,국수,10', '2026-10-03,,,10', '2026-10-03,,국수,10'],
      [3],
    ],
    [
      'lacks less than sums do',
      '일자,영수증번호,테이블,매출액',
      ['2026-10-03,1,가,10', '2026-10-03,2,나,5', '2026-10-03,,,15', '2026-10-03,3,다,7', '2026-10-03,,라,7'],
      [4],
    ],
    [
      'lacks what many lack',
      '일자,테이블,메뉴,매출액',
      ['2026-10-03,1,국수,10', '2026-10-03,,국수,10', '2026-10-03,,차,5', '2026-10-03,,빵,4'],
      [],
    ],
    [
      'goes on with a receipt',
      '일자,영수증번호,상품명,매출액',
      ['2026-10-03,1,국수,10', ',,만두,10', '2026-10-03,2,차,5'],
      [],
    ],
    [
      'lacks nothing',
      '일자,메뉴,매출액',
      ['2026-10-03,국수,10', '2026-10-03,차,10', '2026-10-03,세트,20'],
      [],
    ],
  ] as const)('is none where it %s', async (_what, header, lines, sums: readonly number[]) => {
    const found = told(await readStated(text(header, ...lines), { sumLines: 'leave-out' }));
    const amounts = lines.map((line, index) => [index + 2, Number(line.split(',').at(-1))] as const);
    expect(found).toEqual(
      Object.fromEntries(amounts.map(([number, won]) => [number, sums.includes(number) ? 'sum' : won])),
    );
  });

  test('of a till stands within its day', async () => {
    const lines = ['2026-10-03,1,1,10', ',포스계,,10', ',2,1,20', ',포스계,,20', '일자계,,,30'];
    const found = await read(text('일자,포스번호,영수증번호,매출액', ...lines));
    expect(daysOf(found)).toEqual({ '2026-10-03': 30 });
    expect(found.totals.mismatches).toEqual([]);
  });

  test('may come in several levels', async () => {
    const found = await readStated(
      text(
        '일자,메뉴,매출액',
        ...['2026-10-03,국수,10', '2026-10-03,차,20', '2026-10-03,,30'],
        ...['2026-10-04,국수,5', '2026-10-04,,5', '2026-10-04,,35', '2026-10-05,차,1'],
      ),
      { sumLines: 'leave-out' },
    );
    expect(told(found)).toEqual({ 2: 10, 3: 20, 4: 'sum', 5: 5, 6: 'sum', 7: 'sum', 8: 1 });
  });

  test('is found below the first thousand lines, too', async () => {
    const day = (number: number): string[] => [
      ...Array.from({ length: 400 }, () => `2026-10-0${number},국수,10`),
      `2026-10-0${number},,4000`,
    ];
    const found = await readStated(text('일자,메뉴,매출액', ...[1, 2, 3, 4, 5].flatMap(day)), {
      sumLines: 'leave-out',
    });
    expect(Object.values(daysOf(found))).toEqual(Array(5).fill(4_000));
  });

  test.each([
    '총합',
    '일매출',
    '월 매출',
    '총매출',
    '일계',
    '포스계',
    '일자계',
    '카드사계',
    '월계',
    '2026-10-03 일매출',
    '2026년 10월 3일 계',
  ])('%s is a word that says so', async (word) => {
    const lines = ['2026-10-03,국수,10', '2026-10-03,차,20'];
    expect(told(await read(text('일자,메뉴,매출액', ...lines, `2026-10-03,${word},30`)))[4]).toBe('total');
  });
});
