import { deflateRawSync } from 'node:zlib';
import { utils, write, type BookType, type WorkSheet } from '@e965/xlsx';
import iconv from 'iconv-lite';
import { encrypt } from 'officecrypto-tool';
import { findLayout } from '../../../../src/commands/pos/layout';
import { openTables } from '../../../../src/commands/pos/open-tables';
import { daysOf, fileOf, read, told } from './files';

const HEADER = ['일자', '포스번호', '영수증번호', '메뉴', '실매출액'];
const TABLE = [
  ['영수증별 매출'],
  HEADER,
  ['2026-10-03', '01', '0001', '국수', 9_000],
  ['', '', '', '만두', 6_000],
  ['2026-10-04', '01', '0001', '국수', 9_000],
  ['합계', '', '', '', 24_000],
];
const DAYS = { '2026-10-03': 15_000, '2026-10-04': 9_000 };

function bookOf(sheets: Record<string, WorkSheet>, bookType: BookType = 'xlsx'): Buffer {
  const book = utils.book_new();
  for (const [name, sheet] of Object.entries(sheets)) utils.book_append_sheet(book, sheet, name);
  return write(book, { type: 'buffer', bookType }) as Buffer;
}

const sheetOf = (rows: unknown[][]): WorkSheet => utils.aoa_to_sheet(rows, { UTC: true });

describe('a workbook', () => {
  test.each<BookType>(['xlsx', 'biff8', 'xlsb', 'xlml', 'ods'])(
    'saved as %s is read as it is',
    async (bookType) => {
      const found = await read(bookOf({ Sheet1: sheetOf(TABLE) }, bookType));
      expect(daysOf(found)).toEqual(DAYS);
      expect(found.totals).toEqual({ mismatches: [], isWholeChecked: true, notCompared: [] });
    },
  );

  test('has days and times that are numbers', async () => {
    const sheet = sheetOf([
      ['판매일시', '메뉴', '결제금액'],
      [new Date(Date.UTC(2026, 9, 3, 14, 5, 9)), '국수', 9_000],
      [new Date(Date.UTC(2026, 9, 4)), '국수', 1_000.000000000001],
    ]);
    const found = await read(bookOf({ a: sheet }));
    expect(found.lines.map(({ line }) => line)).toMatchObject([
      { day: '2026-10-03', amount: 9_000, identity: ['line', '2026-10-03', '14:05', '9000', '국수'] },
      { day: '2026-10-04', amount: 1_000, identity: ['line', '2026-10-04', '', '1000', '국수'] },
    ]);
  });

  test.each([-5, 1e9])('has %p where a day is shown, which is no day', async (value) => {
    const sheet = sheetOf([
      ['일자', '메뉴', '금액'],
      ['2026-10-03', '국수', 1],
      ['', '국수', 1],
    ]);
    sheet['A3'] = { t: 'n', v: value, z: 'yyyy-mm-dd' };
    expect(told(await read(bookOf({ a: sheet })))[3]).toBe(
      `일자: "${value}" is no day of the years 2000 to 2100`,
    );
  });

  test('has errors that are no amounts, though they are numbers inside', async () => {
    const sheet = sheetOf([
      ['일자', '메뉴', '금액'],
      ['2026-10-03', '국수', 1],
    ]);
    sheet['C2'] = { t: 'e', v: 42, w: '#N/A' };
    expect(told(await read(bookOf({ a: sheet })))[2]).toBe(
      '금액: "#ERROR" is no whole amount of won up to 10^12',
    );
  });

  test('says itself which cells are merged: a day is filled down, an amount never', async () => {
    const sheet = sheetOf([
      ['일자', '메뉴', '금액'],
      ['2026-10-03', '국수', 9_000],
      ['', '만두', 6_000],
      ['2026-10-04', '국수', 9_000],
      ['2026-10-04', '만두', ''],
    ]);
    sheet['!merges'] = [utils.decode_range('A2:A3'), utils.decode_range('C4:C5')];
    const found = await read(bookOf({ a: sheet }));
    expect(told(found)).toEqual({ 2: 9_000, 3: 6_000, 4: 9_000, 5: '금액: is empty' });
    expect(daysOf(found)['2026-10-03']).toBe(15_000);
  });

  test('of several sheets asks which, where more than one looks like an export', async () => {
    const other = sheetOf([HEADER, ['2026-10-05', '1', '1', 'x', 1]]);
    const notes = sheetOf([['출력: 김사장']]);
    const book = bookOf({ 안내: notes, 시월: sheetOf(TABLE), 십일월: other });
    await expect(read(book)).rejects.toThrow('--sheet: "시월" or "십일월"? Say which is meant.');
    const stated = { choice: {}, writing: {}, markWords: {}, day: undefined };
    const chosen = async (sheet: string) => findLayout(await openTables(fileOf(book), { sheet }), stated);
    expect((await chosen('십일월')).table.description).toBe('a workbook (.xlsx), sheet "십일월"');
    expect((await chosen('2')).table.sheet).toBe('시월');
    await expect(chosen('9')).rejects.toThrow('The sheets are: 안내 | 시월 | 십일월');
    expect(daysOf(await read(bookOf({ 안내: notes, 시월: sheetOf(TABLE) })))).toEqual(DAYS);
  });

  test('that is locked is opened by its password alone', async () => {
    const locked = encrypt(bookOf({ a: sheetOf(TABLE) }), { password: 'right' });
    const open = (password?: string) => openTables(fileOf(locked), { password });
    await expect(open()).rejects.toThrow('The workbook is locked: say its password by --password.');
    await expect(open('wrong')).rejects.toThrow('--password: does not open the workbook.');
    const [table] = await open('right');
    expect(table!.beginning).toHaveLength(TABLE.length);
  });

  test('that unpacks to more than it may is refused, also where it states less', async () => {
    const packed = deflateRawSync(Buffer.alloc(1_000_000));
    const opened = (statedSize: number) => openTables(fileOf(zipOf(packed, statedSize)), {});
    await expect(opened(300 * 1024 * 1024)).rejects.toThrow('unpacks to more than 256 MB');
    await expect(opened(1_000)).rejects.toThrow('The workbook is damaged: it cannot be unpacked.');
  });

  test.each([
    ['a zip that ends too early', bookOf({ a: sheetOf(TABLE) }).subarray(0, 900)],
    ['an .xls that ends too early', bookOf({ a: sheetOf(TABLE) }, 'biff8').subarray(0, 600)],
  ])('%s is damaged', async (_what, bytes) => {
    await expect(openTables(fileOf(Buffer.from(bytes)), {})).rejects.toThrow('The workbook is damaged');
  });
});

describe('a web page that is named .xls', () => {
  const page =
    '<html><meta charset="euc-kr"><table><tr><td colspan=3>매출</td></tr><tr><th>일자</th><th>영수증번호</th><th>금액</th></tr>' +
    '<tr><td rowspan=2>2026-10-03</td><td>0001</td><td>9,000</td></tr><tr><td>0002</td><td>-1,000</td></tr>' +
    '<tr><td>합계</td><td></td><td>8,000</td></tr></table></html>';

  test.each([
    ['utf-8', Buffer.from(page)],
    ['cp949', iconv.encode(page, 'cp949')],
  ])('is read as %s', async (encoding, bytes) => {
    const found = await read(bytes);
    expect([found.layout.table.description, told(found)]).toEqual([
      `a web page, ${encoding}`,
      { 3: 9_000, 4: -1_000, 5: 'total' },
    ]);
    expect(found.totals.isWholeChecked).toBe(true);
  });
});

describe('what is no table', () => {
  test.each([
    ['', 'The file is empty.'],
    ['%PDF-1.7', 'The file is a PDF.'],
  ])('%j is refused', async (content, sentence) => {
    await expect(openTables(fileOf(content), {})).rejects.toThrow(sentence);
  });
});

/** A zip of one entry that states a size of its own. */
function zipOf(packed: Buffer, statedSize: number): Buffer {
  const name = Buffer.from('xl/workbook.xml');
  const fields = (signature: number, before: number): Buffer => {
    const header = Buffer.alloc(before === 4 ? 30 : 46);
    header.writeUInt32LE(signature, 0);
    header.writeUInt16LE(20, before === 4 ? 4 : 6);
    header.writeUInt16LE(8, before === 4 ? 8 : 10);
    header.writeUInt32LE(packed.length, before === 4 ? 18 : 20);
    header.writeUInt32LE(statedSize, before === 4 ? 22 : 24);
    header.writeUInt16LE(name.length, before === 4 ? 26 : 28);
    return Buffer.concat([header, name]);
  };
  const local = Buffer.concat([fields(0x04034b50, 4), packed]);
  const directory = fields(0x02014b50, 6);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}
