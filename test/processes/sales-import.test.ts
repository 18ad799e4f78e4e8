import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import iconv from 'iconv-lite';
import type { Database } from '../../src/database/database';
import { openEmbedded } from '../../src/database/embedded/embedded';
import { type Ended, runCommand } from '../harness/command';
import { layOutEmbedded, removeEmbedded } from '../harness/database/embedded-template';
import { type RealService, startRealService } from '../harness/real-service';
import { startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

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

const DAYS_HEADER = '일자,영수증번호,실매출액';
const [KEPT, WRONG, RIGHT] = ['2026-10-03,1,1000', '2026-10-03,2,500', '2026-10-03,2,700'];

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

describe('npm run sales:import', () => {
  let service: TestService;
  let folder: string;
  let file: string;
  let dataDir: string;
  /** Each test has a store of its own, so that they share the service. */
  let store: string;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'import-test-'));
    file = path.join(folder, 'export.csv');
    dataDir = path.join(folder, 'data');
    store = randomUUID();
  });
  afterEach(() => removeEmbedded(folder));

  const run = (args: readonly string[], env: NodeJS.ProcessEnv = { DATA_DIR: dataDir }): Promise<Ended> =>
    runCommand('sales-import', ['--store', store, ...args], env);
  const runToService = (...args: readonly string[]): Promise<Ended> =>
    run(['--url', service.origin, '--token', service.token(), ...args], {});
  const inService = (): ReturnType<typeof daysIn> => daysIn(service.database, store);
  const layOut = (): Promise<void> => layOutEmbedded(path.join(dataDir, 'postgres'));
  const stored = async (): ReturnType<typeof daysIn> => {
    const database = await openEmbedded({ folder: path.join(dataDir, 'postgres') });
    try {
      return await daysIn(database, store);
    } finally {
      await database.close();
    }
  };

  it('explains itself, and says what is missing', async () => {
    expect(await run(['--help'])).toMatchObject({
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
    await layOut();
    writeFileSync(file, iconv.encode(text(GOOD), 'cp949'));
    const first = await run([file]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('Read as cp949');
    expect(first.stdout).toMatch(/left out +1 sums over other lines \(line 9\)/);
    expect(first.stdout).toMatch(/Sent 5 sales into .*, 0 of which were known already\.\n$/);
    const once = { '2025-10-21': [1_204_500, 1], '2025-10-22': [6_000, 4] };
    expect(await stored()).toEqual(once);

    expect((await run([file])).stdout).toContain('Sent 5 sales');
    expect(await stored()).toEqual(once);

    // The same export a day later, saved as UTF-8: a third cookie of the same receipt, and another day.
    writeFileSync(file, `\uFEFF${text([...GOOD.slice(0, -1), GOOD[6]!, '2025-10-23,0001,차,정상,4000'])}`);
    expect((await run([file])).stderr).toContain('If the figures above are right, say --yes;');
    expect(await stored()).toEqual(once);
    expect((await run(['--yes', file])).stdout).toMatch(
      /Sent 7 sales into .*, 5 of which were known already\.\n$/,
    );
    expect(await stored()).toEqual({ ...once, '2025-10-22': [9_000, 5], '2025-10-23': [4_000, 1] });
  });

  it('names every bad line, and imports nothing unless told to', async () => {
    writeFileSync(file, text([...GOOD, ...BAD]));
    const refused = await run([file]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(
      'line 10: 영업일자: "2025-10-32" is no day of the years 2000 to 2100\n' +
        'line 11: 실매출액(원): "많이" is no whole amount of won up to 10^12\n' +
        '2 lines cannot be used, so nothing was imported. Correct the file, or skip these lines with --skip-bad-lines.\n',
    );
    expect((await run(['--dry-run', '--skip-bad-lines', file])).stdout).toContain('Nothing was sent');
    // Not even a database was made.
    expect(existsSync(dataDir)).toBe(false);
    expect((await runToService('--skip-bad-lines', file)).code).toBe(0);
    expect(await inService()).toEqual({ '2025-10-21': [1_204_500, 1], '2025-10-22': [6_000, 4] });
  });

  it('sends to a running service', async () => {
    writeFileSync(file, text(GOOD));
    const sent = await runToService(file);
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    expect(sent.stdout).toContain(`to the service at ${service.origin}, 0 of which were known already.`);
    expect(await inService()).toEqual({ '2025-10-21': [1_204_500, 1], '2025-10-22': [6_000, 4] });
  });

  it('adds nothing of a file that a spreadsheet has saved', async () => {
    const header = '일자,포스번호,영수증번호,결제시각,실매출액';
    writeFileSync(
      file,
      text([header, '2026-10-03,01,0007,11:40:02,"8,200"', '2026-10-03,02,0010,12:00:30,"900"']),
    );
    expect((await runToService('--yes', file)).code).toBe(0);
    writeFileSync(file, text([header, '2026-10-03,1,7,11:40,8200', '2026-10-03,2,10,12:00,900']));
    expect((await runToService('--yes', file)).stdout).toContain('2 of which were known already');
    expect(await inService()).toEqual({ '2026-10-03': [9_100, 2] });
  });

  it('stops where the totals of the file say something else, and goes on when told to', async () => {
    writeFileSync(file, text([...GOOD.slice(0, -1), '합계,,,,"1,210,000"']));
    const stopped = await run([file]);
    expect([stopped.code, stopped.stderr]).toEqual([
      1,
      expect.stringContaining(
        'line 9: 합계 says 1,210,000 won, the lines that it covers add up to 1,210,500',
      ),
    ]);
    expect(existsSync(dataDir)).toBe(false);
    expect((await runToService('--totals', 'ignore', '--yes', file)).code).toBe(0);
  });

  it('keeps a layout, and asks no more for its store', async () => {
    const layout = path.join(folder, 'store.yaml');
    const header = '영업일자,메뉴,금액,금액';
    writeFileSync(file, text([header, '2026-10-03,차,1,2']));
    const first = await runToService('--amount-column', 'D', '--yes', '--save-layout', layout, file);
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('amount      D "금액"')]);
    writeFileSync(file, text([header, '2026-10-04,차,1,2']));
    expect(await runToService('--layout', layout, file)).toMatchObject({ code: 0, stderr: '' });
    expect(await inService()).toEqual({ '2026-10-03': [2, 1], '2026-10-04': [2, 1] });
  });

  it('asks what a list of days is, and keeps the answer', async () => {
    const layout = path.join(folder, 'store.yaml');
    writeFileSync(file, text(['영업일자,매출액', '2026-10-03,1', '2026-10-04,2', '합계,3']));
    const asks = 'Say --replace-days, so that each day becomes what the file says; or --add-days';
    expect(await runToService('--yes', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(asks) as string,
    });
    expect(await runToService('--dry-run', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(asks) as string,
    });
    expect(await inService()).toEqual({});
    expect(await runToService('--add-days', '--save-layout', layout, file)).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await runToService('--layout', layout, file)).toMatchObject({ code: 0, stderr: '' });
    expect(await inService()).toEqual({ '2026-10-03': [1, 1], '2026-10-04': [2, 1] });
  });

  it('asks whether an amount is that of each line, and keeps the answer', async () => {
    const layout = path.join(folder, 'store.yaml');
    const header = '주문일자,주문번호,메뉴,상품금액,결제금액';
    writeFileSync(file, text([header, '2026-10-03,1,국수,9,14', '2026-10-03,1,만두,5,14']));
    expect(await runToService('--yes', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('so nothing was imported: say --amounts receipt') as string,
    });
    const once = ['--amounts', 'receipt', '--yes', '--save-layout', layout, file];
    expect(await runToService(...once)).toMatchObject({ code: 0, stderr: '' });
    writeFileSync(file, text([header, '2026-10-04,2,국수,9,14', '2026-10-04,2,만두,5,14']));
    expect(await runToService('--layout', layout, file)).toMatchObject({ code: 0, stderr: '' });
    expect(await inService()).toEqual({ '2026-10-03': [14, 1], '2026-10-04': [14, 1] });
  });

  it('refuses a file of several stores', async () => {
    writeFileSync(file, text(['영업일자,매장명,금액', '2026-10-03,강남,1', '2026-10-03,판교,2']));
    expect(await run(['--yes', file])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"매장명" names 2 stores, so nothing was imported') as string,
    });
    expect((await runToService('--yes', '--store-column', 'none', file)).code).toBe(0);
    expect(await inService()).toEqual({ '2026-10-03': [3, 2] });
  });

  describe('--replace-days', () => {
    beforeEach(layOut);
    const write = (...lines: readonly string[]): void => writeFileSync(file, text([DAYS_HEADER, ...lines]));

    it('makes the days what the file states, and changes nothing the second time', async () => {
      write(KEPT, WRONG, '2026-10-04,1,50');
      expect((await run(['--yes', file])).code).toBe(0);
      write(KEPT, RIGHT);
      const replaced = await run(['--yes', '--replace-days', file]);
      expect(replaced).toMatchObject({ code: 0, stderr: '' });
      expect(replaced.stdout).toMatch(/2026-10-03 +1,500 +1,700 +-500\n/);
      const after = await stored();
      expect(sums(after)).toEqual({ '2026-10-03': 1_700, '2026-10-04': 50 });
      const again = await run(['--yes', '--replace-days', file]);
      expect(again.stdout).toMatch(/2026-10-03 +1,700 +1,700 +0\n/);
      expect(await stored()).toEqual(after);
    });

    it('makes a day once more what a correction has taken away', async () => {
      for (const line of [WRONG, RIGHT, WRONG]) {
        write(KEPT, line);
        expect(await run(['--yes', '--replace-days', file])).toMatchObject({ code: 0, stderr: '' });
      }
      expect(sums(await stored())).toEqual({ '2026-10-03': 1_500 });
    });

    it('completes what was broken off', async () => {
      write(KEPT, WRONG);
      await run(['--yes', file]);
      // Of the corrected file, one sale has been stored and the correction has not.
      write(RIGHT);
      await run(['--yes', file]);
      write(KEPT, RIGHT, '2026-10-03,3,30');
      expect((await run(['--yes', '--replace-days', file])).code).toBe(0);
      expect(sums(await stored())).toEqual({ '2026-10-03': 1_730 });
    });
  });

  describe('by Kafka', () => {
    let real: RealService;
    let kafka: NodeJS.ProcessEnv;
    beforeAll(async () => {
      real = await startRealService();
      const { KAFKA_BROKERS, KAFKA_TOPIC_PREFIX } = real.env;
      kafka = { KAFKA_BROKERS, KAFKA_TOPIC_PREFIX };
    });
    afterAll(() => real.stop());

    it('sends to the topics', async () => {
      writeFileSync(file, text(GOOD));
      expect(await run([file], kafka)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('to the topics of Kafka.') as string,
      });
      await waitFor(async () => Object.keys(await daysIn(real.database, store)).length === 2, {
        what: 'the sales to be counted',
        timeoutMs: 30_000,
      });
      expect(await daysIn(real.database, store)).toEqual({
        '2025-10-21': [1_204_500, 1],
        '2025-10-22': [6_000, 4],
      });
    });

    it('waits with --replace-days until the workers have stored all of it', async () => {
      const { DATABASE_URL } = real.env;
      const write = (...lines: readonly string[]): void => writeFileSync(file, text([DAYS_HEADER, ...lines]));
      write(KEPT, WRONG);
      expect((await run(['--yes', file], kafka)).code).toBe(0);
      write(KEPT, RIGHT);
      expect((await run(['--yes', '--replace-days', file], kafka)).stderr).toContain(
        'name the database of the service by DATABASE_URL',
      );
      // What was sent before may not be stored yet when it is looked at: then the first run says so.
      await waitFor(
        async () => (await run(['--yes', '--replace-days', file], { ...kafka, DATABASE_URL })).code === 0,
        { what: 'the day to be replaced', timeoutMs: 60_000 },
      );
      expect(sums(await daysIn(real.database, store))).toEqual({ '2026-10-03': 1_700 });
    });
  });

  it('reads a hundred thousand lines, and finds the bad one at their end', async () => {
    writeFileSync(file, '일자,메뉴,매출액\n');
    const lines = Array.from(
      { length: 100_000 },
      (_, index) => `2025-10-${1 + (index % 28)},차 ${index},1000\n`,
    );
    appendFileSync(file, `${lines.join('')}2025-10-01,차,천원\n`);
    const { code, stderr } = await run([file]);
    expect([code, stderr.split('\n').find((line) => line.startsWith('line '))]).toEqual([
      1,
      'line 100002: 매출액: "천원" is no whole amount of won up to 10^12',
    ]);
  });
});

/** By day: won, and how many records made them. */
async function daysIn(database: Database, storeId: string): Promise<Record<string, [number, number]>> {
  const rows = await database.prisma.dailySales.findMany({ where: { storeId } });
  return Object.fromEntries(
    rows.map(({ day, amount, records }) => [
      day.toISOString().slice(0, 10),
      [Number(amount), Number(records)] as [number, number],
    ]),
  );
}

function sums(days: Record<string, [number, number]>): Record<string, number> {
  return Object.fromEntries(Object.entries(days).map(([day, [amount]]) => [day, amount]));
}
