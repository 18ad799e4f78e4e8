import { requireRefundsSaid } from '../../../../src/commands/pos/noticed';
import { read, text } from './files';

describe('a positive amount that is marked as taken back', () => {
  test.each([
    ['and undoes no sale', '취소여부', ['1,N,"9,000"', '2,Y,"4,500"', '3,N,"5,000"']],
    ['in a list of orders', '주문상태', ['1,배달완료,"9,000"', '2,주문취소,"4,500"']],
    [
      'though a sale of another one has its amount',
      '상태',
      ['1,승인,"4,500"', '2,취소,"4,500"', '3,취소,"4,500"'],
    ],
    ['beside the line that undoes it', '상태', ['1,승인,"4,500"', '2,승인취소,"4,500"', '2,취소,"-4,500"']],
  ])('is asked about %s', async (_what, name, lines) => {
    const content = text(`일자,주문번호,${name},금액`, ...lines.map((line) => `2026-10-03,${line}`));
    const found = await read(content);
    const asked =
      `line 3: ${name} marks 4,500 won as taken back, and no sale of the file is undone by it: say --refunds leave-out if it is the ` +
      'sale itself, which was cancelled, or --refunds subtract if it is money given back. Nothing was imported.';
    expect(() => requireRefundsSaid(found, undefined)).toThrow(asked);
    for (const stated of ['subtract', 'leave-out'])
      expect(() => requireRefundsSaid(found, stated)).not.toThrow();
    expect((await read(content, {}, 'leave-out')).cancelledInDoubt).toBeUndefined();
  });

  test('is asked about where it was taken back later than its own line says, though a sale has its amount', async () => {
    const content = (cancelled: string): string =>
      text(
        '승인일시,승인번호,상태,금액,취소일시',
        '2026-10-01 11:00,1,승인,"4,500",',
        `2026-10-02 11:10,2,취소,"4,500",${cancelled}`,
      );
    for (const later of ['2026-10-02 11:20', '2026-10-03'])
      expect((await read(content(later))).cancelledInDoubt).toMatchObject({ number: 3, won: 4_500 });
    for (const own of ['2026-10-02 11:10', '2026-10-02'])
      expect((await read(content(own))).cancelledInDoubt).toBeUndefined();
  });

  test('is none where the sale that it undoes stands in the file, though its line has the moment of that', async () => {
    const header = '거래일시,취소일시,승인번호,구분,금액';
    const lines = [
      '2026-10-01 10:00,,100,승인,9000',
      '2026-10-01 10:00,2026-10-01 10:05,100,취소,9000',
      '2026-10-01 11:00,,101,승인,7000',
    ];
    const withoutNumbers = (line: string): string => line.replace(/,\d{3},/, ',');
    const files = [
      [header, ...lines],
      [header.replace('승인번호,', ''), ...lines.map(withoutNumbers)],
    ];
    for (const file of files) expect((await read(text(...file))).cancelledInDoubt).toBeUndefined();
    const another = '2026-10-01 12:00,2026-10-01 12:05,102,취소,7000';
    for (const file of [
      [...files[0]!, another],
      [...files[1]!, withoutNumbers(another)],
    ])
      expect((await read(text(...file))).cancelledInDoubt).toMatchObject({ number: 5, won: 7_000 });
    // One sale is undone once, and that of another number is another sale.
    const twice = [
      ...files[1]!,
      withoutNumbers(lines[1]!),
      withoutNumbers(lines[0]!.replace('10:00', '09:00')),
    ];
    expect((await read(text(...twice))).cancelledInDoubt).toMatchObject({ number: 3 });
    const other = [header, lines[0]!, lines[1]!.replace(',100,', ',102,')];
    expect((await read(text(...other))).cancelledInDoubt).toMatchObject({ number: 3 });
  });

  test.each([
    ['that undoes a sale of the file', ['1,정상,"4,500"', '2,취소,"4,500"']],
    ['with a sign of its own', ['1,정상,"9,000"', '2,취소,"-4,500"']],
  ])('is none %s', async (_what, lines) => {
    const content = text('일자,주문번호,상태,금액', ...lines.map((line) => `2026-10-03,${line}`));
    expect((await read(content)).cancelledInDoubt).toBeUndefined();
  });

  test('is clear where the total of the file takes it off', async () => {
    const lines = ['2026-10-03,1,정상,"9,000"', '2026-10-03,2,취소,"4,500"'];
    const totalled = (sum: string): string => text('일자,주문번호,상태,금액', ...lines, `합계,,,"${sum}"`);
    const agreeing = await read(totalled('4,500'));
    expect(() => requireRefundsSaid(agreeing, undefined)).not.toThrow();
    const other = await read(totalled('9,000'));
    expect(() => requireRefundsSaid(other, undefined)).toThrow(/^line 3: 상태 marks 4,500 won/);
  });
});
