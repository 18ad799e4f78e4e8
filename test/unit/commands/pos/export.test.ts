import iconv from 'iconv-lite';
import { fileOf, read, told } from './files';
import { detectEncoding } from '../../../../src/commands/pos/encoding';

const SIMPLE = '일자,메뉴,매출액\n2025-10-22,똠방각하 펲시,"4,500"\n2025-10-22,라떼,"5,000"\n';

describe('the encoding of an export', () => {
  test.each([
    ['UTF-8', Buffer.from(SIMPLE), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${SIMPLE}`), 'utf-8'],
    // 똠 and 펲 are in CP949 and not in EUC-KR, which it extends.
    ['CP949', iconv.encode(SIMPLE, 'cp949'), 'cp949'],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${SIMPLE}`, 'utf16le'), 'utf-16le'],
  ])('%s is found out, and read to the same sales', async (_name, bytes, encoding) => {
    const found = await read(bytes);
    expect([found.layout.table.description, told(found)]).toEqual([
      `${encoding}, commas between the columns`,
      { 2: 4_500, 3: 5_000 },
    ]);
    expect(found.lines[0]?.line).toMatchObject({
      identity: ['line', '2025-10-22', '', '4500', '똠방각하 펲시'],
    });
  });

  test('a character may be cut in two by the pieces in which a file is read', async () => {
    const long = `일자,메뉴,매출액\n${'2025-10-22,아메리카노,1000\n'.repeat(20_000)}`;
    for (const bytes of [Buffer.from(` ${long}`), iconv.encode(` ${long}`, 'cp949')]) {
      const { lines } = await read(bytes);
      const menus = new Set(
        lines.map(({ line }) => (line.kind === 'sale' ? line.identity.at(-1) : line.kind)),
      );
      expect([lines.length, [...menus]]).toEqual([20_000, ['아메리카노']]);
    }
  });

  test('UTF-8 that ends in the middle of a character is none', async () => {
    expect(await detectEncoding(fileOf(Buffer.from('일자').subarray(0, 5)))).toBe('cp949');
  });

  test('bytes that are no character make their line a bad one', async () => {
    const bytes = Buffer.concat([
      iconv.encode(SIMPLE, 'cp949'),
      Buffer.from('2025-10-22,\xff\xff,1\n', 'latin1'),
    ]);
    expect(told(await read(bytes))[4]).toContain('no character of the encoding');
  });
});

describe('the layout of an export', () => {
  test.each([
    ['commas', ',', '"4,500"'],
    ['tabs', '\t', '4,500'],
    ['semicolons', ';', '4,500'],
  ])('%s between the columns are found out by the header', async (name, delimiter, amount) => {
    const lines = [
      ['영업일자', '메뉴', '실매출액(원)'],
      ['2025-10-22', 'x', amount],
    ];
    const found = await read(lines.map((line) => line.join(delimiter)).join('\r\n'));
    expect([found.layout.table.description, told(found)]).toEqual([
      `utf-8, ${name} between the columns`,
      { 2: 4_500 },
    ]);
  });

  test('titles may stand above the header, and what is told there is no sale', async () => {
    const found = await read(
      '매출 내역\r\n조회기간: 2025-10-01 ~ 2025-10-31\r\n\r\n날짜,금액\r\n2025-10-22,1\r\n',
    );
    expect(told(found)).toEqual({ 5: 1 });
  });

  test('the more telling name is meant: the business day, and what was really taken', async () => {
    const found = await read('영업일자,결제일시,총매출액,실매출액\n2025-10-21,2025-10-22 00:30,100,90\n');
    expect(found.lines[0]?.line).toMatchObject({ day: '2025-10-21', amount: 90 });
  });

  test('two names of the same kind are in doubt, and the header is shown', async () => {
    await expect(read('일자,결제금액,매출액\n')).rejects.toThrow(
      '--amount-column: "결제금액" or "매출액"? Say which is meant. The header is: 일자 | 결제금액 | 매출액',
    );
    expect(told(await read('일자,결제금액,매출액\n2025-10-22,1,2\n', { amount: '매출액' }))).toEqual({
      2: 2,
    });
  });

  test('a header of other names is shown; the options name its columns', async () => {
    const odd = '제목\nwann,wieviel\n2025-10-22,7\n';
    await expect(read(odd)).rejects.toThrow(
      /--date-column and --amount-column\. The header is: wann \| wieviel/,
    );
    expect(told(await read(odd, { date: 'Wann ', amount: 'wieviel' }))).toEqual({ 3: 7 });
    await expect(read(odd, { date: 'wann', amount: 'wieviel', receipt: 'was' })).rejects.toThrow(
      'no column "was"',
    );
  });
});

describe('the lines of an export', () => {
  test('are numbered as an editor does, whatever stands in quotes and however they end', async () => {
    const content = [
      '일자,메뉴,매출액\r\n',
      '2025-10-22,"두\r\n줄, 그리고 ""셋""\n",1\r\n',
      '\r\n',
      '2025-10-22,15" 피자,2\n',
      'x,y,z\r\n',
      ' , ,\n',
      '2025-10-22,끝,3',
    ];
    expect(told(await read(content.join('')))).toEqual({
      2: 1,
      5: 'blank',
      6: 2,
      7: '일자: "x" is no day of the years 2000 to 2100',
      8: 'blank',
      9: 3,
    });
  });

  test('that are no sales are told from those that are wrong', async () => {
    const content = [
      '일자,메뉴,매출액',
      '2025-10-22,x,1',
      '소계,,1',
      '일자,메뉴,매출액',
      ',합계,1',
      '합계 (1건),,1',
      '2025-10-22,합계,5',
      ',,5',
      '총 계,,7',
    ];
    expect(told(await read(content.join('\n')))).toEqual({
      2: 1,
      3: 'total',
      4: 'header',
      5: 'total',
      6: 'total',
      7: 'total',
      8: '일자: is empty',
      9: 'total',
    });
  });

  test('that cannot be used say why', async () => {
    const content = [
      '일자,메뉴,매출액',
      '2025-10-22,x',
      '2025-10-22,x,1,2',
      '2025-10-22,x,1,',
      '2026-11-01,x,1',
      '1999-12-31,x,1',
      '2025-10-22,x,',
      '2025-10-22,x,1.5',
      '2025-10-22,x,1000000000001',
      '2025-10-22,x,-1000000000000',
    ];
    expect(told(await read(content.join('\n')))).toEqual({
      2: 'has 2 columns where the header has 3',
      3: 'has 4 columns where the header has 3',
      4: 1,
      5: '일자: "2026-11-01" lies ahead',
      6: '일자: "1999-12-31" is no day of the years 2000 to 2100',
      7: '매출액: is empty',
      8: '매출액: "1.5" is no whole amount of won up to 10^12',
      9: '매출액: "1000000000001" is no whole amount of won up to 10^12',
      10: -1_000_000_000_000,
    });
  });

  test('a quote that is never closed ends it all, with the line', async () => {
    await expect(read('일자,메뉴,매출액\n2025-10-22,x,1\n2025-10-22,"x,1\n2025-10-22,x,1\n')).rejects.toThrow(
      /^Line 3 /,
    );
  });
});

/** What is said of a mark that is not known. */
const UNKNOWN =
  'says neither that it was sold nor refunded: say in a layout (marks) what it means, or say --refund-column none';

describe('refunds', () => {
  const lines = (status: string, amount: string): string =>
    `일자,구분,매출액\n2025-10-22,${status},${amount}\n`;

  test.each([
    ['정상', '10', 10],
    ['', '10', 10],
    ['', '-10', -10],
    ['취소', '10', -10],
    [' 승인 취소 ', '10', -10],
    ['반품', '-10', -10],
    ['환불완료', '(10)', -10],
    ['카드', '10', 10],
    ['기타', '10', `구분: "기타" ${UNKNOWN}`],
    ['소계', '10', 'total'],
  ])('%j with %s', async (status, amount, expected) => {
    expect(told(await read(lines(status, amount)))).toEqual({ 2: expected });
  });

  test('may mean that there was no sale, and a column that does not tell them is not asked', async () => {
    expect(told(await read(lines('취소', '10'), {}, 'leave-out'))).toEqual({ 2: 'cancelled' });
    expect(told(await read(lines('기타', '10'), { refund: 'none' }))).toEqual({ 2: 10 });
  });
});
