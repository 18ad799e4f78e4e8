import { daysOf, read, readStated, text, told } from './files';

describe('a column that is named better and cannot be read', () => {
  test('leaves a doubt, in place of another one that is taken in silence: days', async () => {
    const lines = text('영업일자,결제일시,금액', '26-10-02,2026-10-03 00:30,1');
    await expect(read(lines)).rejects.toThrow(
      '--date-column: "영업일자" holds "26-10-02", which is no day of the years 2000 to 2100. Say how days are written by ' +
        '--date-format, or which column is meant by --date-column. The header is: 영업일자 | 결제일시 | 금액',
    );
    expect(daysOf(await readStated(lines, { writing: { format: 'YY-MM-DD' } }))).toEqual({ '2026-10-02': 1 });
    expect(daysOf(await read(lines, { date: '결제일시' }))).toEqual({ '2026-10-03': 1 });
  });

  test('leaves a doubt: amounts, of the same kind of name too', async () => {
    for (const better of ['실매출액', '매출액']) {
      const lines = text(`일자,${better},결제금액`, '2026-10-03,8.25,900');
      await expect(read(lines)).rejects.toThrow(
        `--amount-column: "${better}" holds "8.25", which is no whole amount of won. Say which column is meant.`,
      );
      expect(told(await read(lines, { amount: '결제금액' }))).toEqual({ 2: 900 });
    }
  });

  test('is passed over where it is empty, or holds something else', async () => {
    expect(told(await read(text('일자,실매출액,매출,결제금액', '2026-10-03,,정상,900')))).toEqual({ 2: 900 });
    const times = text('매출일자,결제일시,금액', '2026-10-03,11:40:02,1');
    expect(daysOf(await read(times))).toEqual({ '2026-10-03': 1 });
  });
});

describe('what is left of an amount under a name that is not known', () => {
  test.each([
    ['its name says so', '일자,매출액,순매출합계', '2026-10-03,"9,000","8,000"', '매출액', '순매출합계'],
    [
      'the values say so',
      '일자,주문금액,총매출,할인,받을돈',
      '2026-10-03,1,"9,000","1,000","8,000"',
      '총매출',
      '받을돈',
    ],
  ])('is asked about: %s', async (_how, header, line, gross, net) => {
    await expect(read(text(header, line))).rejects.toThrow(
      `--amount-column: "${gross}" or "${net}"? Say which is meant.`,
    );
    expect(told(await read(text(header, line), { amount: net }))).toEqual({ 2: 8_000 });
  });

  test.each([
    ['counts', '일자,매출액,순매출건수', '2026-10-03,"9,000",3'],
    ['is a share', '일자,매출액,순이익률', '2026-10-03,"9,000",30'],
    ['is the same', '일자,매출액,순매출합계', '2026-10-03,"9,000","9,000"'],
    ['is before taxes', '일자,매출액,부가세,공급가액', '2026-10-03,"9,000",818,"8,182"'],
  ])('is none where it %s', async (_what, header, line) => {
    expect(told(await read(text(header, line)))).toEqual({ 2: 9_000 });
  });

  test('may be missing: what was taken before discounts is asked about', async () => {
    const lines = text('일자,총매출액,할인액', '2026-10-03,"9,000","1,000"', '2026-10-04,"9,000",0');
    await expect(read(lines)).rejects.toThrow(
      '--amount-column: does "총매출액" contain what "할인액" holds? If it is right as it is, say --amount-column "총매출액"; ' +
        'to take the other off, say --refund-amount-column "할인액".',
    );
    expect(daysOf(await read(lines, { amount: '총매출액' }))).toEqual({
      '2026-10-03': 9_000,
      '2026-10-04': 9_000,
    });
    expect(daysOf(await read(lines, { refundAmount: '할인액' }))).toMatchObject({
      '2026-10-03': 8_000,
    });
    expect(told(await read(lines.replace('"1,000"', '0')))).toEqual({ 2: 9_000, 3: 9_000 });
  });
});

describe('what was given back beside what is left', () => {
  const doubt = '환불금액: "2,000": is it to be taken off? Say --refund-amount-column "환불금액", or none';

  test('was taken off where the values say so', async () => {
    const lines = text(
      '일자,총매출,환불금액,순매출',
      '2026-10-03,"9,000","2,000","7,000"',
      '2026-10-04,1,0,1',
    );
    expect(told(await read(lines))).toEqual({ 2: 7_000, 3: 1 });
    const discounted = text('일자,총매출,할인,환불금액,순매출', '2026-10-03,"9,000",500,"2,000","6,500"');
    expect(told(await read(discounted))).toEqual({ 2: 6_500 });
  });

  test('is asked about where the values say otherwise, or nothing', async () => {
    const otherwise = text(
      '일자,총매출,환불금액,순매출',
      '2026-10-03,"9,000","2,000","9,000"',
      '2026-10-04,1,0,1',
    );
    expect(told(await read(otherwise))).toEqual({ 2: doubt, 3: 1 });
    expect(told(await read(text('일자,환불금액,순매출', '2026-10-03,"2,000","9,000"')))).toEqual({
      2: doubt,
    });
  });

  test.each(['총환불', '취소매출', '반품매출액', '부분 환불', 'Refund total'])(
    'is known by what it holds under the name of %s',
    async (name) => {
      const lines = text(`일자,${name},금액`, '2026-10-03,"2,000","9,000"');
      expect(told(await read(lines))[2]).toContain('is it to be taken off?');
    },
  );

  test.each([
    ['취소건수', '2'],
    ['취소시각', '185100'],
    ['원취소번호', '3001'],
  ])('is not meant by %s', async (name, cell) => {
    expect(told(await read(text(`일자,${name},금액`, `2026-10-03,${cell},"9,000"`)))).toEqual({ 2: 9_000 });
  });

  test('of two columns is asked about by the one that holds any', async () => {
    const lines = text('일자,취소금액,환불금액,금액', '2026-10-03,0,"2,000","9,000"', '2026-10-03,0,0,1');
    expect(told(await read(lines))).toEqual({ 2: doubt, 3: 1 });
  });
});

describe('names with something in brackets', () => {
  const PAID = text('일자,금액(카드),금액(현금)', '2026-10-03,"9,000",0');

  test('are chosen by all of it', async () => {
    await expect(read(PAID)).rejects.toThrow('--amount-column: "금액(카드)" or "금액(현금)"?');
    expect(told(await read(PAID, { amount: '금액(현금)' }))).toEqual({ 2: 0 });
    expect(told(await read(PAID, { amount: '금액 (카드)' }))).toEqual({ 2: 9_000 });
  });

  test.each(['천원', '단위: 백만원', 'USD', '$'])(
    'say that amounts are in %s, and not in won',
    async (unit) => {
      const sentence = /is not in won: export it in won/;
      await expect(read(text(`일자,매출액(${unit})`, '2026-10-03,9'))).rejects.toThrow(sentence);
      await expect(read(text(`일자,매출액(${unit})`, '2026-10-03,9'), { amount: 'B' })).rejects.toThrow(
        sentence,
      );
    },
  );

  test.each(['원', '단위:원', 'KRW', '₩', 'VAT포함'])('say that amounts are in won: %s', async (unit) => {
    expect(told(await read(text(`일자,매출액(${unit})`, '2026-10-03,9')))).toEqual({ 2: 9 });
  });

  test('a title says it too', async () => {
    await expect(read(text('월 매출 (단위 : 천원),', '일자,매출액', '2026-10-03,9'))).rejects.toThrow(
      'The title says "단위 : 천원"',
    );
  });
});

describe('a column of currencies', () => {
  test.each(['Currency', '통화', '통화코드'])('that is called %s: other money is not won', async (name) => {
    const found = await read(
      text(`일자,${name},금액`, '2026-10-03,KRW,1', '2026-10-03,USD,2', '2026-10-03,,3'),
    );
    expect(told(found)).toEqual({ 2: 1, 3: `${name}: "USD" is not won`, 4: 3 });
  });

  test('is known by what it holds', async () => {
    const found = await read(text('일자,통화,금액', '2026-10-03,부재중,1', '2026-10-03,연결,2'));
    expect(told(found)).toEqual({ 2: 1, 3: 2 });
  });
});

describe('a report of one day', () => {
  const TIMES = text(
    '조회일자 : 2026-10-05,,',
    '결제일시,영수번호,실매출액',
    '11:20:00,0003,"6,000"',
    '오후 1:20,0004,"1,000"',
  );

  test('whose moments are times alone names no day', async () => {
    await expect(read(TIMES)).rejects.toThrow(
      'No column names the day of a sale. The title says 2026-10-05: if all sales are of that day, say --date 2026-10-05.',
    );
    expect(daysOf(await readStated(TIMES, { day: '2026-10-05' as never }))).toEqual({ '2026-10-05': 7_000 });
  });

  test('tells its sales by these times', async () => {
    const found = await readStated(text('결제일시,금액,메뉴', '11:20,1,차', '11:21,1,차'), {
      day: '2026-10-05' as never,
    });
    const identities = found.lines.map(({ line }) => line.kind === 'sale' && line.identity.join());
    expect(new Set(identities).size).toBe(2);
  });
});
