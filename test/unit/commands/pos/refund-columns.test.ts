import { read, readStated, salesOf, text, told } from './files';

describe('a column named like refunds', () => {
  const lines = (...counts: readonly string[]): string =>
    text('영업일자,반품,매출액', ...counts.map((count, index) => `2026-10-0${index + 1},${count},"50,000"`));

  test('that counts marks nothing', async () => {
    expect(told(await read(lines('2', '0', '1')))).toEqual({ 2: 50_000, 3: 50_000, 4: 50_000 });
  });

  test.each(['홀', '배달', '방문 포장', '카드', 'Take-Out'])(
    'that tells how things were served or paid (%s) marks nothing, and is not asked about',
    async (way) => {
      const lines = ['2026-10-03,매장,10', `2026-10-04,${way},20`];
      expect(told(await read(text('영업일자,구분,매출액', ...lines)))).toEqual({ 2: 10, 3: 20 });
    },
  );

  test('that tells so at first, and of a refund far below, leaves a doubt there', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => `2026-10-03,${index % 2 ? '홀' : '포장'},10`);
    const found = told(await read(text('영업일자,구분,매출액', ...many, '2026-10-03,취소,10')));
    expect(found[1_501]).toBe(10);
    expect(found[1_502]).toContain('구분');
    expect(found[1_502]).toContain('--refund-column');
  });

  test('that holds sums is asked about beside the one that is named for refunds', async () => {
    const content = text('영업일자,구분,반품,매출액', '2026-10-03,정상,"10,000","50,000"');
    const doubt = '반품: "10,000": is it to be taken off? Say --refund-amount-column "반품", or none';
    for (const refund of ['구분', 'B', 'none'])
      expect(told(await read(content, { refund }))).toEqual({ 2: doubt });
    expect(told(await read(content, { refund: '반품' }))[2]).toContain('says neither that it was sold');
  });

  test('that holds sums is asked about', async () => {
    expect(told(await read(lines('"10,000"', '0')))).toEqual({
      2: '반품: "10,000": is it to be taken off? Say --refund-amount-column "반품", or none',
      3: 50_000,
    });
    const taken = await read(lines('"10,000"', '0'), { refundAmount: '반품' });
    expect(salesOf(taken).map(({ amount }) => amount)).toEqual([50_000, -10_000, 50_000]);
  });

  test('with 0 and 1 alone leaves a doubt, which its option ends', async () => {
    await expect(read(lines('0', '1'))).rejects.toThrow(
      '--refund-column: does "반품" mark refunds by 1, or count them? Say --refund-column "반품", or none.',
    );
    expect(told(await read(lines('0', '1'), { refund: '반품' }))).toEqual({ 2: 50_000, 3: -50_000 });
    expect(told(await read(lines('0', '1'), { refund: 'none' }))).toEqual({ 2: 50_000, 3: 50_000 });
    expect(told(await read(lines('0', '1').replace('반품', '반품여부')))).toEqual({ 2: 50_000, 3: -50_000 });
  });

  test.each([
    ...[['취소여부', true] as const, ['환불 여부', true] as const, ['취소', true] as const],
    ...[['Refund', true] as const, ['반품유무', false] as const, ['Cancelled YN', false] as const],
  ])('that asks about refunds as %s does is answered by yes and no', async (name, isKnown) => {
    const found = await read(
      text(`일자,${name},금액`, '2026-10-03,N,1', '2026-10-03,Y,2'),
      isKnown ? {} : { refund: name },
    );
    expect(told(found)).toEqual({ 2: 1, 3: -2 });
  });

  test.each([
    ['구분', '1', '2'],
    ['구분', '1', '0'],
    ['상태', 'Y', 'N'],
    ['Status', 'true', 'false'],
    ['거래구분', 'O', 'X'],
    ['취소구분', '1', '2'],
  ])('that is called %s and holds %s and %s leaves a doubt', async (name, one, other) => {
    const lines = text(`일자,${name},금액`, `2026-10-03,${one},1`, `2026-10-03,${other},2`);
    await expect(read(lines)).rejects.toThrow(
      `--refund-column: what do "${one}" and "${other}" of "${name}" mean? Say it in a layout (marks), or say ` +
        '--refund-column none.',
    );
    expect(told(await read(lines, { refund: 'none' }))).toEqual({ 2: 1, 3: 2 });
    const markWords = { sold: [other], refunded: [one] };
    expect(told(await readStated(lines, { markWords }))).toEqual({ 2: -1, 3: 2 });
  });

  test('whose codes were not seen at the beginning leaves a doubt that is not skipped', async () => {
    const lines = text('일자,구분,금액', '2026-10-03,정상,1', '2026-10-03,Y,2');
    expect((await read(lines)).lines[1]!.line).toEqual({
      kind: 'bad',
      isDoubt: true,
      problem:
        '구분: "Y" says neither that it was sold nor refunded: say in a layout (marks) what it means, or say --refund-column none',
    });
  });

  test('that marks some lines is asked about, though another one marks all', async () => {
    const lines = text(
      '일자,거래구분,상태,금액',
      '2026-10-03,취소,정상,1',
      '2026-10-03,승인,정상,2',
      '2026-10-03,수기,정상,4',
    );
    await expect(read(lines)).rejects.toThrow('--refund-column: "거래구분" or "상태"? Say which is meant.');
    expect(told(await read(lines, { refund: '상태' }))).toEqual({ 2: 1, 3: 2, 4: 4 });
  });

  test('that says how cards were read stands back behind one that marks', async () => {
    const found = await read(
      text(
        '영업일자,승인구분,매출구분,승인금액',
        '20261003,POS승인,승인,9000',
        '20261003,POS승인,취소,-9000',
        '20261003,POS승인,승인취소,4000',
      ),
    );
    expect(told(found)).toEqual({ 2: 9_000, 3: -9_000, 4: -4_000 });
  });

  test('that contradicts another one leaves a doubt', async () => {
    const found = await read(text('일자,구분,취소여부,금액', '2026-10-03,정상,N,1', '2026-10-03,정상,Y,1'));
    expect(found.lines[1]!.line).toEqual({
      kind: 'bad',
      isDoubt: true,
      problem: '구분: "정상", and 취소여부: "Y": say by --refund-column which of them tells refunds',
    });
  });
});
