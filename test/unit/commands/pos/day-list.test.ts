import { read, text } from './files';

describe('a list of days', () => {
  test.each([
    [
      'figures alone',
      ['영업일자,건수,매출액', '2026-10-03,12,"120,000"', '2026-10-04,20,"240,000"', '합계,32,"360,000"'],
    ],
    ['weekdays', ['일자,요일,매출액', '2026-10-03,토,1', '2026-10-04,일요일,2']],
    [
      'words beside its figures',
      ['일자,요일,날씨,마감구분,비고,매출액', '2026-10-03,토,맑음,마감,단체,1', '2026-10-04,일,비,마감,,2'],
    ],
    ['the store', ['일자,매장명,매출액', '2026-10-03,강남,1', '2026-10-04,강남,2']],
    ['words, where its title says so', ['일자별 매출,,', '일자,비고,매출액', '2026-10-03,비,1']],
  ])('is known with %s', async (_what, lines) => {
    expect((await read(text(...lines))).isDayList).toBe(true);
  });

  test.each([
    ['receipts', ['일자,영수증번호,매출액', '2026-10-03,1,1', '2026-10-04,1,2']],
    ['times', ['일자,시각,매출액', '2026-10-03,11:00,1', '2026-10-04,12:00,2']],
    ['times beside days', ['거래일시,매출액', '2026-10-03 11:00,1']],
    ['what was sold', ['일자,메뉴,매출액', '2026-10-03,국수,1', '2026-10-04,차,2']],
    ['several lines a day', ['일자,건수,매출액', '2026-10-03,1,1', '2026-10-03,1,2']],
    ['nothing at all', ['일자,매출액']],
  ])('is none with %s', async (_what, lines) => {
    expect((await read(text(...lines))).isDayList).toBe(false);
  });
});
