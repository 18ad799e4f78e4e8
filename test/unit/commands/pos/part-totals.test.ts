import { read, readStated, text, told } from './files';

describe('totals of a part', () => {
  const LINES = [
    '일자,결제수단,구분,금액',
    '2026-10-03,카드,승인,"9,000"',
    '2026-10-03,현금,승인,"5,000"',
    '2026-10-03,카드,취소,"2,000"',
  ];
  const NET = '합계,,,"12,000"';
  const totalsOf = async (...totals: readonly string[]): Promise<unknown> =>
    (await read(text(...LINES, ...totals))).totals;
  const WHOLE = { mismatches: [], isWholeChecked: true, notCompared: [] };
  const OPEN = { mismatches: [], isWholeChecked: false, notCompared: [] };

  test.each([
    ['of what was sold', '승인합계,,,"14,000"'],
    ['of what was sold, by another word', '정상 소계,,,"14,000"'],
    ['of what was given back', '취소합계,,,"2,000"'],
    ['of what was given back, with its sign', '환불 합계,,,"-2,000"'],
  ])('%s agrees, and confirms nothing by itself', async (_what, line) => {
    expect(await totalsOf(line)).toEqual(OPEN);
    expect(await totalsOf(line, NET)).toEqual(WHOLE);
  });

  test('of what was sold and of what was given back confirm all together', async () => {
    expect(await totalsOf('승인합계,,,"14,000"', '취소합계,,,"2,000"')).toEqual(WHOLE);
  });

  test('of what was sold or given back are told where they do not agree', async () => {
    expect(await totalsOf('승인합계,,,"13,000"', '취소합계,,,"1,000"')).toEqual({
      ...OPEN,
      mismatches: [
        { number: 5, name: '승인합계', says: 13_000n, sum: 14_000n },
        { number: 6, name: '취소합계', says: 1_000n, sum: 2_000n },
      ],
    });
  });

  test('of each day stand between those of all', async () => {
    const day = (number: number): string[] => [
      `2026-10-0${number},카드,승인,${number}000`,
      `2026-10-0${number},카드,취소,500`,
      `승인합계,,,${number}000`,
      '취소합계,,,500',
      `합계,,,${number}000`.replace(/\d+$/, (won) => String(Number(won) - 500)),
    ];
    const { totals } = await read(text(LINES[0]!, ...day(1), ...day(2), '총계,,,2000'));
    expect(totals).toEqual(WHOLE);
  });

  test('of what was cancelled agree where it is left out', async () => {
    const content = text(...LINES, '취소합계,,,"2,000"', '합계,,,"14,000"');
    expect((await readStated(content, { refunds: 'leave-out' })).totals).toEqual(WHOLE);
  });

  test.each([
    ['a way to pay', '카드합계'],
    ['a way to pay, in front of its word', '합계(현금)'],
    ['discounts', '할인소계'],
    ['discounts, behind its word', '소계할인'],
    ['taxes', '부가세 합계'],
    ['counts', '건수 합계'],
    ['places to eat', '배달 합계'],
  ])('of %s are not compared, and named', async (_what, word) => {
    const name = word.replace(/[^\p{L}]/gu, '');
    const found = { number: 5, name, says: 700n };
    expect(await totalsOf(`${word},,,700`)).toEqual({ ...OPEN, notCompared: [found] });
    expect(await totalsOf(`${word},,,700`, NET)).toEqual({ ...WHOLE, notCompared: [found] });
  });

  test('of a way to pay that is the only one confirm all', async () => {
    expect(await totalsOf('카드합계,,,"12,000"')).toEqual(WHOLE);
  });

  test('of all ways to pay are compared together', async () => {
    const ways = ['카드합계,,,"7,000"', '현금 합계,,,"5,000"'];
    expect(await totalsOf(...ways)).toEqual(WHOLE);
    expect(await totalsOf(...ways, NET)).toEqual(WHOLE);
    const short = [ways[0]!, '현금합계,,,"4,000"'];
    expect(await totalsOf(...short)).toMatchObject({ isWholeChecked: false, notCompared: [{}, {}] });
    // What was sold in one way was paid in another.
    expect(await totalsOf(ways[0]!, '배달합계,,,"5,000"')).toMatchObject({ notCompared: [{}, {}] });
  });

  test('of the shop are those of what was eaten there, where the others are named beside them', async () => {
    const delivered = '배달합계,,,"5,000"';
    expect(await totalsOf('매장합계,,,"7,000"', delivered)).toEqual(WHOLE);
    expect(await totalsOf('매장합계,,,"6,000"', delivered)).toMatchObject({
      mismatches: [{ number: 5, name: '매장합계' }],
    });
    expect(await totalsOf('매장합계,,,"12,000"', delivered)).toMatchObject({ mismatches: [] });
  });

  test('of credit and debit cards are ways to pay', async () => {
    expect(await totalsOf('신용합계,,,"7,000"', '체크 합계,,,"5,000"')).toEqual(WHOLE);
  });

  test('stand where others have their day', async () => {
    const parts = ['승인,2건,,"14,000"', '취소,1건,,"2,000"'];
    expect(await totalsOf(...parts)).toEqual(WHOLE);
    expect(await totalsOf('승인,2건,,"13,000"')).toMatchObject({ mismatches: [{ number: 5, name: '승인' }] });
    expect(told(await read(text(...LINES, '1일,카드,승인,1')))[5]).toContain('is no day');
  });

  test.each(['배달,,배달료,3000', '할인,,,-1000', '배달,,배달료 2건,3000', '카드,1개,,3000'])(
    'do not stand there without a count: %s is no line that can be used',
    async (line) => {
      const header = '일자,영수증번호,메뉴,매출액';
      expect(told(await read(text(header, '2026-10-01,1,국수,9000', line)))[3]).toMatch(
        /is no day|has figures and no receipt/,
      );
    },
  );

  test.each(['승인 2건,,,', '승인(2건),,,', '승인,총 2건,,'])('stand there as %s', async (start) => {
    expect(await totalsOf(`${start}"14,000"`)).toEqual(OPEN);
  });

  test('that run on from before the file agree by what is added', async () => {
    const header = '일자,메뉴,금액';
    const running = ['2026-10-03,차,10', '누계,,1010', '2026-10-04,차,20', '누계,,1030'];
    expect((await read(text(header, ...running))).totals).toEqual(OPEN);
    expect((await read(text(header, ...running.slice(0, 3), '누계,,1031'))).totals.mismatches).toHaveLength(
      1,
    );
    expect((await read(text(header, '2026-10-03,차,10', '월 누계,,1010'))).totals).toEqual({
      ...OPEN,
      notCompared: [{ number: 3, name: '월누계', says: 1_010n }],
    });
    expect((await read(text(header, '2026-10-03,차,10', '누계,,9'))).totals.mismatches).toHaveLength(1);
  });

  test.each(['총합계', '전체 합계', '매출합계', '일 합계', '매장 합계'])(
    'are none of %s, which has to agree',
    async (word) => {
      expect((await read(text(...LINES, `${word},,,700`))).totals.mismatches).toHaveLength(1);
    },
  );
});
