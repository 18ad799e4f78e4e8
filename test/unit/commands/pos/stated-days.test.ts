import { daysOf, read, readStated, salesOf, text, told } from './files';

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
    expect(told(await read(lines))[2]).toBe(
      'Date: "10/03/26" is no day of the years 2000 to 2100: say how days are written by --date-format, as MM/DD/YY does',
    );
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
