import { read, readStated, text, told } from './files';
import { totalWordOf } from '../../../../src/commands/pos/total-words';

describe('a word of sums', () => {
  test.each([
    ...[
      '합계',
      '카드합계',
      '월 누계',
      '소계 :',
      '[합계]',
      '총 합 계',
      '합계(현금)',
      '합계금액',
      '(소계)',
      '일별 소계',
    ],
    ...[
      '2026-10-03 소계',
      '10월 3일 합계',
      '총 합계 (3건)',
      '3건 합계',
      '음료 소계',
      '강남점 합계',
      '취소합계',
      '소계 3건',
    ],
  ])('is %s', (cell) => {
    expect(totalWordOf(cell)).toBeDefined();
  });

  test.each([
    '채소 계란말이',
    '홍합 계란탕',
    '합계우유',
    '단체 합계결제',
    '채소 계란말이 (소)',
    '종합 계약금',
    '합계 우유',
  ])('is not %s', async (name) => {
    expect(totalWordOf(name)).toBeUndefined();
    const lines = [`2026-10-03,1,${name},1,"8,000"`, '2026-10-03,2,국수,1,"9,000"'];
    expect(told(await read(text('일자,영수증번호,상품명,수량,매출액', ...lines)))).toEqual({
      2: 8_000,
      3: 9_000,
    });
  });

  test.each(['전체', '합산', '집계'])('is %s where it is the only one of its line', async (word) => {
    const lines = ['2026-10-03,국수,정상,10', '2026-10-03,차,정상,20', `2026-10-03,${word},,30`];
    expect(told(await read(text('일자,메뉴,구분,매출액', ...lines)))[4]).toBe('total');
    expect(totalWordOf(word)).toBeUndefined();
  });

  test('leaves a doubt on a line that has what a sale has', async () => {
    const content = text(
      '일자,영수증번호,상품명,수량,매출액',
      ...['2026-10-03,1,홍합계,1,"8,000"', '2026-10-03,2,국수,1,"9,000"', ',,합계,2,"17,000"'],
    );
    const asked = await read(content);
    expect(asked.lines[0]!.line).toEqual({
      kind: 'bad',
      isDoubt: true,
      problem:
        '상품명: "홍합계" is called like a sum over other lines, and has what a sale has: say --sum-lines sales if it is one, or ' +
        '--sum-lines leave-out',
    });
    expect(told(await readStated(content, { sumLines: 'sales' }))).toEqual({
      2: 8_000,
      3: 9_000,
      4: 'total',
    });
    expect(told(await readStated(content, { sumLines: 'leave-out' }))[2]).toBe('total');
  });
});
