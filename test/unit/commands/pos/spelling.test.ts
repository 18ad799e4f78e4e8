import { type CellObject, utils, write } from '@e965/xlsx';
import { createIdentities } from '../../../../src/commands/pos/identity';
import type { StoreId } from '../../../../src/domain/values';
import { read, type ReadExport, salesOf, text, told } from './files';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

function idsOf(found: ReadExport): readonly string[] {
  const idOf = createIdentities(STORE);
  return salesOf(found).map((sale) => idOf(sale));
}

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

describe('a sale in a workbook', () => {
  const HEADER = ['판매일시', '메뉴', '값', '결제금액'];

  /** A workbook of one sale with these cells. */
  function bookOf(...cells: readonly [moment: CellObject, value: CellObject, won: CellObject]): Buffer {
    const sheet = utils.aoa_to_sheet([HEADER, ['', '라떼', '', '']]);
    for (const [place, cell] of ['A2', 'C2', 'D2'].entries()) sheet[cell] = cells[place];
    const book = utils.book_new();
    utils.book_append_sheet(book, sheet, 'a');
    return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
  }
  const number = (v: number, z?: string): CellObject => ({ t: 'n', v, ...(z === undefined ? {} : { z }) });
  /** 2026-10-03 as spreadsheets number days. */
  const DAY = 46_298;
  const MOMENT = number(DAY + 0.5, 'yyyy-mm-dd hh:mm');
  const WON = number(48_000, '#,##0');

  test.each<[string, CellObject, CellObject, CellObject, string]>([
    ['a share', MOMENT, number(0.1, '0%'), WON, '2026-10-03 12:00,라떼,10%,48000'],
    ['a share of a percent', MOMENT, number(0.105, '0.00%'), WON, '2026-10-03 12:00,라떼,10.5%,48000'],
    ['a share that is shown in short', MOMENT, number(0.123, '0%'), WON, '2026-10-03 12:00,라떼,12%,48000'],
    ['yes', MOMENT, { t: 'b', v: true }, WON, '2026-10-03 12:00,라떼,TRUE,48000'],
    ['no, in small letters', MOMENT, { t: 'b', v: false }, WON, '2026-10-03 12:00,라떼,false,48000'],
    [
      'midnight',
      number(DAY, 'yyyy-mm-dd hh:mm'),
      number(0, 'h:mm'),
      WON,
      '2026-10-03 00:00,라떼,00:00,48000',
    ],
    [
      'midnight in a format of Korea',
      number(DAY, 'yyyy-mm-dd [$-412]AM/PM h:mm'),
      number(1),
      WON,
      '2026-10-03 오전 12:00,라떼,1,48000',
    ],
    [
      'won with decimals',
      MOMENT,
      number(1),
      number(48_000, '#,##0.00'),
      '2026-10-03 12:00,라떼,1.0,"48,000.00"',
    ],
    ['won with one decimal', MOMENT, number(1), WON, '2026-10-03 12:00,라떼,1,48000.0'],
    ['a fraction', MOMENT, number(1_234.5, '#,##0.00'), WON, '2026-10-03 12:00,라떼,"1,234.50",48000'],
    ['a fraction of one', MOMENT, number(0.25), WON, '2026-10-03 12:00,라떼,.25,48000'],
    ['a negative fraction', MOMENT, number(-0.5), WON, '2026-10-03 12:00,라떼,-0.50,48000'],
  ])('is the same as in CSV: %s', async (_what, moment, value, won, line) => {
    const inCsv = await read(text(HEADER.join(), line));
    expect(told(inCsv)).toEqual({ 2: 48_000 });
    expect(idsOf(await read(bookOf(moment, value, won)))).toEqual(idsOf(inCsv));
  });

  test('is another one where what is shown is another', async () => {
    const lines = ['10%', '0.1', 'TRUE', '1', '00:00', '0'].map((value) => `2026-10-03,라떼,${value},1`);
    expect(new Set(idsOf(await read(text(HEADER.join(), ...lines)))).size).toBe(lines.length);
  });

  test('has the receipt that a spreadsheet shows with commas', async () => {
    const header = '일자,영수증번호,실매출액';
    const [one, other] = [
      await read(text(header, '2026-10-03,"1,001",1')),
      await read(text(header, '2026-10-03,1001,1')),
    ];
    expect(idsOf(one)).toEqual(idsOf(other));
  });
});
