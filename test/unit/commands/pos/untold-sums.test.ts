import { requireSumsSaid } from '../../../../src/commands/pos/noticed';
import { describeSumsLeftOut } from '../../../../src/commands/pos/summary';
import { daysOf, read, readStated, text, told } from './files';

const DAYS = ['2026-10-01,국수,9000', '2026-10-01,만두,10000', '2026-10-01,일 판매,19000'];
const NEXT = ['2026-10-02,국수,8000', '2026-10-02,일 판매,8000'];
const HEADER = '일자,메뉴,매출액';
const RECEIPTS = '일자,영수증번호,메뉴,매출액';

describe('a line that is the sum of others, under a word that is not known', () => {
  test.each([
    ['of each day', HEADER, [...DAYS, ...NEXT], 4],
    [
      'of each day, above it',
      HEADER,
      [
        '2026-10-01,판매,19',
        '2026-10-01,국수,9',
        '2026-10-01,만두,10',
        '2026-10-02,판매,8',
        '2026-10-02,차,8',
      ],
      2,
    ],
    [
      'that names its day',
      HEADER,
      [
        ...['2026-10-01,국수,9', '2026-10-01,만두,10', '2026-10-01,1일 판매,19'],
        ...['2026-10-02,국수,8', '2026-10-02,2일 판매,8'],
      ],
      4,
    ],
    [
      'of each receipt',
      RECEIPTS,
      [
        ...['2026-10-01,1,국수,9', '2026-10-01,1,만두,10', '2026-10-01,1,계산,19'],
        ...['2026-10-01,2,국수,8', '2026-10-01,2,계산,8'],
      ],
      4,
    ],
    [
      'of all lines',
      HEADER,
      [...[1, 2, 3, 4].map((day) => `2026-10-0${day},국수,${day}`), '2026-10-05,몽땅,10'],
      6,
    ],
    ['of each day, one of which was closed', HEADER, [...DAYS, ...NEXT, '2026-10-03,일 판매,0'], 4],
    [
      'of each receipt, one of which was taken back',
      RECEIPTS,
      [
        ...['2026-10-01,1,국수,9', '2026-10-01,1,만두,10', '2026-10-01,1,계산,19'],
        ...['2026-10-01,2,국수,8', '2026-10-01,2,계산,8'],
        ...['2026-10-01,3,국수,8', '2026-10-01,3,국수,-8', '2026-10-01,3,계산,0'],
      ],
      4,
    ],
    ['of each day, below which nothing was paid', HEADER, [...DAYS, '2026-10-01,물,0', ...NEXT], 4],
    [
      'of each till of a day',
      HEADER,
      [
        ...['2026-10-01,국수,9', '2026-10-01,만두,10', '2026-10-01,1번기 판매,19'],
        ...['2026-10-01,국수,8', '2026-10-01,2번기 판매,8'],
      ],
      4,
    ],
    [
      'of each month',
      HEADER,
      [
        ...['2026-09-29,국수,9', '2026-09-30,만두,10', '2026-09-30,9월 판매,19'],
        ...['2026-10-01,국수,8', '2026-10-02,차,4', '2026-10-02,10월 판매,12'],
      ],
      4,
    ],
    [
      'of each day, below one of which something was set right',
      HEADER,
      [1, 2, 3, 4].flatMap((day) => [
        ...[`2026-10-0${day},국수,9`, `2026-10-0${day},차,${day}`, `2026-10-0${day},일 판매,${9 + day}`],
        ...(day === 2 ? ['2026-10-02,국수,-9'] : []),
      ]),
      4,
    ],
  ] as const)('%s is asked about', async (_what, header, lines, number) => {
    const found = await read(text(header, ...lines));
    expect(() => requireSumsSaid(found, undefined)).toThrow(
      new RegExp(`^line ${number}: .* is the sum of the lines beside it, .* say --sum-lines leave-out`),
    );
    for (const stated of ['leave-out', 'sales'] as const)
      expect(() => requireSumsSaid(found, stated)).not.toThrow();
  });

  test('is left out where that is stated, on all levels', async () => {
    const lines = [
      ...['2026-10-01,1,국수,9', '2026-10-01,1,만두,10', '2026-10-01,1,계산,19'],
      ...['2026-10-01,2,국수,8', '2026-10-01,2,계산,8', '2026-10-01,9,마감,27'],
      ...['2026-10-02,1,국수,8', '2026-10-02,1,차,2', '2026-10-02,1,계산,10', '2026-10-02,9,마감,10'],
    ];
    const leaveOut = await readStated(text(RECEIPTS, ...lines), { sumLines: 'leave-out' });
    expect(daysOf(leaveOut)).toEqual({ '2026-10-01': 27, '2026-10-02': 10 });
    expect(Object.values(told(leaveOut)).filter((kind) => kind === 'sum')).toHaveLength(5);
    const sales = await readStated(text(RECEIPTS, ...lines), { sumLines: 'sales' });
    expect(daysOf(sales)).toEqual({ '2026-10-01': 81, '2026-10-02': 30 });
  });

  test('is left out where that is stated, of tills, days and months', async () => {
    const day = (name: string, won: number): readonly string[] => [
      ...[`${name},국수,${won}`, `${name},차,2`, `${name},1번기 판매,${won + 2}`],
      ...[`${name},국수,5`, `${name},빵,1`, `${name},2번기 판매,6`, `${name},일 판매,${won + 8}`],
    ];
    const lines = [
      ...[...day('2026-09-29', 10), ...day('2026-09-30', 20), '2026-09-30,9월 판매,46'],
      ...[...day('2026-10-01', 30), ...day('2026-10-02', 40), '2026-10-02,10월 판매,86'],
    ];
    const leaveOut = await readStated(text(HEADER, ...lines), { sumLines: 'leave-out' });
    expect(daysOf(leaveOut)).toEqual({
      ...{ '2026-09-29': 18, '2026-09-30': 28, '2026-10-01': 38, '2026-10-02': 48 },
    });
  });

  test('leaves alone what adds up only below it, in the same day', async () => {
    const lines = [
      ...['2026-10-01,국수,3000', '2026-10-01,차,5000', '2026-10-01,잔치,8000', '2026-10-01,일 판매,16000'],
      ...['2026-10-02,국수,3000', '2026-10-02,빵,1000', '2026-10-02,잔치,4000', '2026-10-02,일 판매,8000'],
    ];
    const found = await readStated(text(HEADER, ...lines), { sumLines: 'leave-out' });
    expect(daysOf(found)).toEqual({ '2026-10-01': 16_000, '2026-10-02': 8_000 });
  });

  test('is told by its word, with how often and how much, where it is left out', async () => {
    const { layout, found } = await readStated(text(HEADER, ...DAYS, ...NEXT), { sumLines: 'leave-out' });
    expect(describeSumsLeftOut(found.sumsLeftOut, layout.columns)).toEqual([
      '  left out    2 lines with "일판매" under 메뉴, 27,000 won',
    ]);
  });

  test('is found wherever it stands in the file', async () => {
    const day = Array.from({ length: 1_000 }, () => '2026-10-01,국수,10');
    for (const sum of ['2026-10-01,하루치,10000', '2026-10-01,,10000']) {
      const found = await read(text(HEADER, ...day, sum));
      expect(found.untoldSum).toMatchObject({ number: 1_002 });
      const without = await readStated(text(HEADER, ...day, sum), { sumLines: 'leave-out' });
      expect(daysOf(without)).toEqual({ '2026-10-01': 10_000 });
    }
  });

  test.each([
    [
      'adds up by chance',
      ['1,국수,5', '1,국수,5', '1,세트,10', '2,국수,5', '2,차,3', '2,곱빼기,8', '3,차,4', '3,빵,1'],
    ],
    [
      'adds up one day of several by chance',
      ['1,국수,5', '1,국수,5', '1,차,3', '1,차,3', '1,잔치,16', '2,국수,5', '2,차,3', '3,국수,5', '3,차,3'],
    ],
    ['has the amount of the line above', ['1,국수,5', '1,차,5', '2,국수,5', '2,차,5']],
    [
      'is sold elsewhere too',
      ['1,국수,5', '1,차,3', '1,세트,8', '2,국수,5', '2,차,3', '2,세트,8', '3,세트,8', '3,차,4'],
    ],
    [
      'adds up what was sold since it was sold last, by chance',
      [
        ...[
          '1,국수,5',
          '1,차,3',
          '1,세트,8',
          '1,차,3',
          '2,국수,5',
          '2,차,3',
          '2,세트,8',
          '3,국수,7',
          '3,세트,8',
        ],
        ...['3,차,3', '3,빵,2', '3,세트,8'],
      ],
    ],
    ['is sold for as much as the line above', ['1,국수,5', '1,차,5', '2,국수,3', '2,빵,2', '2,차,4']],
    ['is taken back', ['1,국수,5', '1,차,3', '1,차,-3', '2,국수,5', '2,차,-5']],
  ])('is none where it %s', async (_what, lines) => {
    const found = await read(text(HEADER, ...lines.map((line) => `2026-10-0${line}`)));
    expect(found.untoldSum).toBeUndefined();
  });

  test('is none where the total of the file counts it', async () => {
    const found = await read(text(HEADER, ...DAYS, ...NEXT, '합계,,54000'));
    expect(() => requireSumsSaid(found, undefined)).not.toThrow();
    const other = await read(text(HEADER, ...DAYS, ...NEXT, '합계,,27000'));
    expect(() => requireSumsSaid(other, undefined)).toThrow(/^line 4: /);
  });
});
