import { read, text, told } from './files';

/** What is said of a mark that is not known. */
const UNKNOWN =
  'says neither that it was sold nor refunded: say in a layout (marks) what it means, or say --refund-column none';

describe('a refund that no column which is read tells', () => {
  const doubt = (name: string, word: string): string =>
    `${name}: "${word}": is it a refund? Say --refund-column "${name}", or none`;

  test.each([
    ...[['거래유형', '신용승인', '신용취소'] as const, ['유형', '판매', '환불'] as const],
    ...[['거래종류', '승인', '취소'] as const, ['처리결과', '정상', '취소'] as const],
    ...[['결제유형', '결제', '환불'] as const, ['Type', 'Sale', 'Refund'] as const],
    ...[['Type', 'Sale', 'Void'] as const, ['비고', '', '취소'] as const, ['비고', '', '고객 취소'] as const],
  ])('is asked about: %s says %s and %s', async (name, sold, refunded) => {
    const content = text(`일자,${name},금액`, `2026-10-03,${sold},9`, `2026-10-03,${refunded},4`);
    expect(told(await read(content))).toEqual({ 2: 9, 3: doubt(name, refunded) });
    expect(told(await read(content, { refund: 'none' }))).toEqual({ 2: 9, 3: 4 });
    if (refunded !== '고객 취소')
      expect(told(await read(content, { refund: name }))).toEqual({ 2: 9, 3: -4 });
  });

  test('is none where the amount is negative already', async () => {
    const content = text('일자,유형,금액', '2026-10-03,판매,9', '2026-10-03,환불,-9');
    expect(told(await read(content))).toEqual({ 2: 9, 3: -9 });
  });

  test('is never skipped', async () => {
    const { lines } = await read(text('일자,비고,금액', '2026-10-03,취소,4'));
    expect(lines[0]!.line).toMatchObject({ kind: 'bad', isDoubt: true });
  });

  test('is told by a day on which it was taken back', async () => {
    const content = text('일자,취소일자,금액', '2026-10-03,,9', '2026-10-03,2026-10-04,4');
    expect(told(await read(content))[3]).toBe(
      '취소일자: "2026-10-04": was it taken back? Take the line out, or say --refund-column none if it counts',
    );
    expect(told(await read(content, { refund: 'none' }))).toEqual({ 2: 9, 3: 4 });
  });

  test('is asked about beside a column that is read', async () => {
    const content = text('일자,구분,비고,금액', '2026-10-03,정상,취소,4', '2026-10-03,정상,,9');
    expect(told(await read(content))[2]).toBe(
      '비고: "취소": is it a refund? Say --refund-column "비고", "구분", or none',
    );
    expect(told(await read(content, { refund: '구분' }))).toEqual({ 2: 4, 3: 9 });
    expect(told(await read(content, { refund: '비고' }))).toEqual({ 2: -4, 3: 9 });
  });

  test('marks end in what they say', async () => {
    const content = text('일자,거래구분,금액', '2026-10-03,신용승인,9', '2026-10-03,신용취소,4');
    expect(told(await read(content))).toEqual({ 2: 9, 3: -4 });
    const parts = text(
      '일자,거래구분,금액',
      '2026-10-03,신용취소,9',
      '2026-10-03,부분취소,4',
      '2026-10-03,미승인,4',
    );
    const unknown = (word: string): string => `거래구분: "${word}" ${UNKNOWN}`;
    expect(told(await read(parts))).toEqual({ 2: -9, 3: unknown('부분취소'), 4: unknown('미승인') });
  });
});

describe('a mark that is not known', () => {
  test('leaves a doubt that is never skipped, and that both answers end', async () => {
    const { lines } = await read(text('일자,구분,금액', '2026-10-03,정상,9', '2026-10-03,회수,4'));
    expect(lines[1]!.line).toEqual({
      kind: 'bad',
      isDoubt: true,
      problem: `구분: "회수" ${UNKNOWN}`,
    });
  });

  test('is no matter of days, whose writing is asked for', async () => {
    const content = text('일자,금액', '2026-10-03,9', '10/01/26,4');
    expect(told(await read(content))[3]).toBe(
      '일자: "10/01/26" is no day of the years 2000 to 2100: say how days are written by --date-format, as MM/DD/YY does',
    );
  });
});
