import { daysOf, read, readStated, text, told } from './files';
import { requireAmountsOfLines } from '../../../../src/commands/pos/noticed';

describe('an amount that stands on each line of a receipt', () => {
  const WITH_LINES = [
    [
      'prices',
      '주문번호,일자,메뉴,판매가,실매출액',
      ['B1,2026-10-03,국수,9000,14000', 'B1,2026-10-03,만두,5000,14000'],
    ],
    [
      'prices and quantities',
      '주문번호,일자,메뉴,수량,단가,실매출액',
      ['B1,2026-10-03,국수,1,9000,19000', 'B1,2026-10-03,만두,2,5000,19000'],
    ],
    [
      'things of one moment',
      '주문일시,메뉴,상품금액,주문금액',
      ['2026-10-03 12:00:07,국수,9000,14000', '2026-10-03 12:00:07,만두,5000,14000'],
    ],
  ] as const;

  test.each(WITH_LINES)('is noticed beside %s', async (_what, header, lines) => {
    const amount = header.split(',').at(-1)!;
    const found = await read(
      text(header, ...lines, lines[0].replace('B1', 'B2').replace('12:00', '12:01').replace(/\d+$/, '9000')),
      {
        amount,
      },
    );
    expect(() => requireAmountsOfLines(found, undefined)).toThrow(
      new RegExp(
        `^line 3: ${amount} is 1[49],000 as on line 2, .* say --amounts receipt, .* say --amounts line`,
      ),
    );
    for (const stated of ['line', 'receipt'] as const)
      expect(() => requireAmountsOfLines(found, stated)).not.toThrow();
  });

  test('is noticed by its name alone where no receipt says otherwise', async () => {
    const header = '주문번호,일자,메뉴,결제금액';
    const lines = ['B1,2026-10-03,국수,14000', 'B1,2026-10-03,만두,14000', 'B2,2026-10-03,차,1000'];
    expect((await read(text(header, ...lines))).repeated).toEqual({
      ...{ number: 3, as: 2 },
      amount: '결제금액',
      won: 14_000,
    });
    expect((await read(text(header, ...lines, 'B2,2026-10-03,빵,2000'))).repeated).toBeUndefined();
  });

  test.each([
    [
      'by what another column adds up to',
      '주문번호,일자,메뉴,상품금액,실매출액',
      ['B1,2026-10-03,국수,9000,14000', 'B2,2026-10-03,국수,9000,9000', 'B1,2026-10-03,만두,5000,14000'],
      14_000,
    ],
    [
      'by its name',
      '주문번호,일자,메뉴,결제금액',
      ['B1,2026-10-03,국수,14000', 'B2,2026-10-03,국수,9000', 'B1,2026-10-03,만두,14000'],
      14_000,
    ],
  ] as const)('is noticed %s where other receipts stand between', async (_how, header, lines, won) => {
    expect((await read(text(header, ...lines))).repeated).toMatchObject({ number: 4, as: 2, won });
  });

  test('is noticed of lines that stand together, whatever stands elsewhere under their number', async () => {
    const orders = [1, 2, 3].flatMap((number) => [
      `2026-10-01,${number},국수,${number}4000`,
      `2026-10-01,${number},만두,${number}4000`,
    ]);
    const further = [
      ['2026-10-01,1,차,3000'],
      // Another till has the same numbers, and its own amounts.
      orders.map((line) => line.replace('4000', '5000')),
    ];
    for (const lines of further)
      expect((await read(text('일자,주문번호,메뉴,실매출액', ...orders, ...lines))).repeated).toMatchObject({
        ...{ number: 3, as: 2, won: 14_000 },
      });
  });

  test('is none of lines that stand apart and share a minute alone', async () => {
    const ofCard = (card: string): string[] => [
      `2026-10-03 10:00,${card},9000`,
      `2026-10-03 10:30,${card},8000`,
      `2026-10-03 11:00,${card},5000`,
    ];
    for (const amount of ['실매출액', '결제금액']) {
      const found = await read(text(`거래일시,카드사,${amount}`, ...ofCard('국민'), ...ofCard('신한')));
      expect(found.repeated).toBeUndefined();
    }
  });

  test('is none of a receipt of which lines that stand apart differ', async () => {
    const header = '주문번호,일자,메뉴,결제금액';
    const lines = ['B1,2026-10-03,국수,9000', 'B2,2026-10-03,차,1000', 'B1,2026-10-03,만두,9000'];
    const another = ['B3,2026-10-03,차,1000', 'B1,2026-10-03,빵,2000'];
    expect((await read(text(header, ...lines, ...another))).repeated).toBeUndefined();
  });

  test('is noticed where it is so of several receipts', async () => {
    const receipts = [1, 2, 3].flatMap((number) => [
      `${number},2026-10-03,국수,${number}000`,
      `${number},2026-10-03,만두,${number}000`,
    ]);
    const header = '영수증번호,일자,상품명,실매출액';
    expect((await read(text(header, ...receipts.slice(0, 4)))).repeated).toBeUndefined();
    expect((await read(text(header, ...receipts))).repeated).toMatchObject({ number: 3 });
  });

  test.each([
    [
      'things that cost the same',
      '영수증번호,일자,상품명,단가,실매출액',
      ['1,2026-10-03,국수,9000,9000', '1,2026-10-03,만두,9000,9000'],
    ],
    ['the same thing twice', '주문번호,일자,메뉴,결제금액', ['1,2026-10-03,차,9000', '1,2026-10-03,차,9000']],
    [
      'a sale and its refund',
      '주문번호,일자,구분,결제금액',
      ['1,2026-10-03,정상,9000', '1,2026-10-03,취소,9000'],
    ],
  ] as const)('is none of %s', async (_what, header, lines) => {
    expect((await read(text(header, ...lines))).repeated).toBeUndefined();
  });

  test('counts once where that is stated, and so does what was given back', async () => {
    const header = '일자,주문번호,상태,메뉴,결제금액';
    const content = text(
      header,
      ...['2026-10-03,B1,완료,국수,14000', '2026-10-03,B1,완료,만두,14000', '2026-10-03,B2,완료,차,14000'],
      ...[
        '2026-10-03,B1,취소,국수,14000',
        '2026-10-03,B1,취소,만두,14000',
        '2026-10-03,B3,완료,차,5',
        '2026-10-03,B3,완료,차,6',
      ],
    );
    const found = await readStated(content, { amounts: 'receipt' });
    expect(told(found)).toEqual({
      ...{ 2: 14_000, 3: 'continued', 4: 14_000, 5: -14_000, 6: 'continued', 7: 5 },
      8: '결제금액: "6" is another amount than further above in its receipt',
    });
    expect(daysOf(found)).toEqual({ '2026-10-03': 14_005 });
    await expect(
      readStated(text('일자,메뉴,금액', '2026-10-03,차,1'), { amounts: 'receipt' }),
    ).rejects.toThrow(
      '--amounts receipt: no column has the number of the receipt. Name it by --receipt-column.',
    );
  });
});
