import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { runCommand } from '../harness/command';
import { text, useEmbedded, useImporting, useService } from '../harness/importing';

const GOOD = [
  '매출내역,,,,',
  '영업일자,영수증번호,메뉴,구분,실매출액(원)',
  '2025-10-21,0001,아메리카노,정상,"1,204,500"',
  '2025-10-22,0001,"라떼\r\n(아이스)",정상,￦12000',
  '2025-10-22,0001,라떼,취소,"12,000"',
  '2025-10-22,0002,쿠키,정상,"3,000"',
  '2025-10-22,0002,쿠키,정상,"3,000"',
  '합계,,,,"1,210,500"',
];
const BAD = ['2025-10-32,0003,x,정상,1', '2025-10-23,0004,x,정상,많이'];

describe('npm run sales:import', () => {
  const importing = useImporting();
  const service = useService(importing);
  const embedded = useEmbedded(importing);

  it('explains itself, and says what is missing', async () => {
    const { file, folder, store } = importing();
    expect(await importing().run(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: npm run sales:import/) as string,
    });
    const says = async (...args: string[]): Promise<string> =>
      (await runCommand('sales-import', args, {})).stderr;
    expect(await says(file)).toBe('--store: is missing (the uuid of the store)\n');
    expect(await says('--store', 'mine', file)).toBe('--store: must be a uuid\n');
    expect(await says('--store', store)).toContain('Which file?');
    expect(await says('--store', store, '--replace-days', '--skip-bad-lines', file)).toContain(
      '--replace-days: does not go with --skip-bad-lines',
    );
    expect(await says('--store', store, file)).toBe(`${file} cannot be read.\n`);
    expect(await says('--store', store, '--encoding', 'latin1', folder)).toBe(`${folder} is no file.\n`);
  });

  it('adds what a file in CP949 holds, once however often, and of a longer one only what is new', async () => {
    const { file } = importing();
    await embedded.layOut();
    writeFileSync(file, iconv.encode(text(GOOD), 'cp949'));
    const first = await importing().run([file]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('Read as cp949');
    expect(first.stdout).toMatch(/left out +1 sums over other lines \(line 9\)/);
    expect(first.stdout).toMatch(/Sent 5 sales into .*, 0 of which were known already\.\n$/);
    const once = { '2025-10-21': [1_204_500, 1], '2025-10-22': [6_000, 4] };
    expect(await embedded.days()).toEqual(once);

    expect((await importing().run([file])).stdout).toContain('Sent 5 sales');
    expect(await embedded.days()).toEqual(once);

    // The same export a day later, saved as UTF-8: a third cookie of the same receipt, and another day.
    writeFileSync(file, `\uFEFF${text([...GOOD.slice(0, -1), GOOD[6]!, '2025-10-23,0001,차,정상,4000'])}`);
    expect((await importing().run([file])).stderr).toContain('If the figures above are right, say --yes;');
    expect(await embedded.days()).toEqual(once);
    expect((await importing().run(['--yes', file])).stdout).toMatch(
      /Sent 7 sales into .*, 5 of which were known already\.\n$/,
    );
    expect(await embedded.days()).toEqual({ ...once, '2025-10-22': [9_000, 5], '2025-10-23': [4_000, 1] });
  });

  it('names every bad line, and imports nothing unless told to', async () => {
    const { file, dataDir } = importing();
    importing().write([...GOOD, ...BAD]);
    const refused = await importing().run([file]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(
      'line 10: 영업일자: "2025-10-32" is no day of the years 2000 to 2100\n' +
        'line 11: 실매출액(원): "많이" is no whole amount of won up to 10^12\n' +
        '2 lines cannot be used, so nothing was imported. Correct the file, or skip these lines with --skip-bad-lines.\n',
    );
    expect((await importing().run(['--dry-run', '--skip-bad-lines', file])).stdout).toContain(
      'Nothing was sent',
    );
    // Not even a database was made.
    expect(existsSync(dataDir)).toBe(false);
    expect((await service.run('--skip-bad-lines', file)).code).toBe(0);
    expect(await service.days()).toEqual({ '2025-10-21': [1_204_500, 1], '2025-10-22': [6_000, 4] });
  });

  it('sends to a running service', async () => {
    const { file } = importing();
    importing().write(GOOD);
    const sent = await service.run(file);
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    expect(sent.stdout).toContain(`to the service at ${service.origin()}, 0 of which were known already.`);
    expect(await service.days()).toEqual({ '2025-10-21': [1_204_500, 1], '2025-10-22': [6_000, 4] });
  });

  it('adds nothing of a file that a spreadsheet has saved', async () => {
    const { file } = importing();
    const header = '일자,포스번호,영수증번호,결제시각,실매출액';
    importing().write([header, '2026-10-03,01,0007,11:40:02,"8,200"', '2026-10-03,02,0010,12:00:30,"900"']);
    expect((await service.run('--yes', file)).code).toBe(0);
    importing().write([header, '2026-10-03,1,7,11:40,8200', '2026-10-03,2,10,12:00,900']);
    expect((await service.run('--yes', file)).stdout).toContain('2 of which were known already');
    expect(await service.days()).toEqual({ '2026-10-03': [9_100, 2] });
  });

  it('stops where the totals of the file say something else, and goes on when told to', async () => {
    const { file, dataDir } = importing();
    importing().write([...GOOD.slice(0, -1), '합계,,,,"1,210,000"']);
    const stopped = await importing().run([file]);
    expect([stopped.code, stopped.stderr]).toEqual([
      1,
      expect.stringContaining(
        'line 9: 합계 says 1,210,000 won, the lines that it covers add up to 1,210,500',
      ),
    ]);
    expect(existsSync(dataDir)).toBe(false);
    expect((await service.run('--totals', 'ignore', '--yes', file)).code).toBe(0);
  });

  it('reads a hundred thousand lines, and finds the bad one at their end', async () => {
    const { file } = importing();
    writeFileSync(file, '일자,메뉴,매출액\n');
    const lines = Array.from(
      { length: 100_000 },
      (_, index) => `2025-10-${1 + (index % 28)},차 ${index},1000\n`,
    );
    appendFileSync(file, `${lines.join('')}2025-10-01,차,천원\n`);
    const { code, stderr } = await importing().run([file]);
    expect([code, stderr.split('\n').find((line) => line.startsWith('line '))]).toEqual([
      1,
      'line 100002: 매출액: "천원" is no whole amount of won up to 10^12',
    ]);
  });
});
