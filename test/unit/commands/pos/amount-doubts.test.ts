import { read, text, told } from './files';

describe('an amount that may not be what was paid', () => {
  test.each([
    ['판매금액', '할인금액'],
    ['매출액', '할인액'],
    ['금액', '쿠폰할인'],
  ])('as %s beside %s is asked about', async (name, discount) => {
    const content = text(`일자,${name},${discount}`, '2026-10-03,"9,000","1,000"', '2026-10-04,"9,000",0');
    await expect(read(content)).rejects.toThrow(
      `--amount-column: does "${name}" contain what "${discount}" holds?`,
    );
    expect(told(await read(content, { amount: name }))).toEqual({ 2: 9_000, 3: 9_000 });
    expect(told(await read(content.replace('"1,000"', '0')))).toEqual({ 2: 9_000, 3: 9_000 });
  });

  test.each([
    [
      'another amount less the discount',
      '일자,정가,할인금액,결제금액',
      '2026-10-03,"10,000","1,000","9,000"',
    ],
    ['called what is left', '일자,할인금액,실결제금액', '2026-10-03,"1,000","9,000"'],
  ])('is what was paid where it is %s', async (_what, header, line) => {
    expect(told(await read(text(header, line), { refundAmount: 'none' }))).toEqual({ 2: 9_000 });
  });

  test('is asked about where another one has its taxes', async () => {
    const content = text('일자,순매출액,부가세,합계금액', '2026-10-03,"10,000","1,000","11,000"');
    await expect(read(content)).rejects.toThrow(
      '--amount-column: "순매출액" or "합계금액"? Say which is meant.',
    );
    expect(told(await read(content, { amount: '합계금액' }))).toEqual({ 2: 11_000 });
    const without = text('일자,순매출액,부가세,합계금액', '2026-10-03,"10,000",909,"10,500"');
    expect(told(await read(without))).toEqual({ 2: 10_000 });
  });

  test('is asked about where another one has what was paid otherwise', async () => {
    const content = text('일자,결제금액(카드),결제(현금)', '2026-10-03,"9,000",0', '2026-10-03,0,"4,000"');
    await expect(read(content)).rejects.toThrow(
      '--amount-column: "결제금액(카드)" holds what was paid in one way, and "결제(현금)" in another. Name the column of all, or say ' +
        '--amount-column "결제금액(카드)" if it alone is to count.',
    );
    expect(told(await read(content, { amount: '결제금액(카드)' }))).toEqual({ 2: 9_000, 3: 0 });
    expect(told(await read(content.replace('"4,000"', '0')))).toEqual({ 2: 9_000, 3: 0 });
  });

  test.each(['일별 매출 (천원)', '[단위 : 천원]', '매출 [ 만 원 ]'])(
    'is refused below the title %s',
    async (title) => {
      await expect(read(text(title, '일자,금액', '2026-10-03,9'))).rejects.toThrow(
        /^The title says ".*", so amounts are not in won/,
      );
    },
  );
});
