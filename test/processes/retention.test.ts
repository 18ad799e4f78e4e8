import { runCommand } from '../harness/command';
import { daysIn, sums, useEmbedded, useImporting } from '../harness/importing';
import { freshDatabase } from '../harness/isolation';
import { freePort } from '../harness/machine/ports';
import { command } from '../harness/servers/citus';
import { type RealService, startRealService } from '../harness/real-service';
import { keepFor } from '../harness/retention';
import { numberIn } from '../harness/streams/stored';
import { waitFor } from '../harness/wait-for';

const DAY_MS = 86_400_000;
const dayAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
const [OLDEST, OLD, RECENT] = [dayAgo(42), dayAgo(40), dayAgo(20)];
const HEADER = '일자,영수증번호,실매출액';
const KEPT_30_DAYS = { RETENTION_DAYS: '30' };

describe('an import of sales of days that are sealed', () => {
  const importing = useImporting();
  const file = (): string => importing().file;
  const write = (...lines: readonly string[]): void => importing().write([HEADER, ...lines]);
  const SEALED = new RegExp(
    `^${OLDEST}, ${OLD}: the days before \\S+ are sealed in this store \\(RETENTION_DAYS\\)\\..* nothing was imported`,
  );

  describe('in an embedded database', () => {
    const embedded = useEmbedded(importing);
    beforeEach(() => embedded.layOut());

    it('seals none by the worker in the command, though it has RETENTION_DAYS', async () => {
      const { file, dataDir } = importing();
      write(`${OLDEST},1,1000`);
      const ended = await importing().run(['--yes', file], { DATA_DIR: dataDir, ...KEPT_30_DAYS });
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const looks = await embedded.within((database) =>
        numberIn(database, 'SELECT count(*) AS number FROM retention'),
      );
      expect(looks).toBe(0n);
    });

    it('names them and sends nothing, also where days are to be stated anew; their sums stay', async () => {
      const { file, dataDir } = importing();
      write(`${OLDEST},1,1000`, `${OLD},1,500`, `${OLD},2,50`, `${RECENT},1,7`);
      expect((await importing().run(['--yes', file])).code).toBe(0);
      await embedded.within((database) => keepFor(database, 30));
      const before = await embedded.days();
      expect(sums(before)).toEqual({ [OLDEST]: 1_000, [OLD]: 550, [RECENT]: 7 });

      write(`${OLDEST},1,1000`, `${OLD},3,5`, `${RECENT},2,70`);
      for (const more of [[], ['--replace-days']])
        expect(await importing().run(['--yes', ...more, file])).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(SEALED) as string,
        });
      expect(await embedded.days()).toEqual(before);
      const verified = await runCommand('verify', [], { DATA_DIR: dataDir });
      expect(verified).toMatchObject({ code: 0, stdout: '' });
    });
  });

  describe('where it cannot be looked at which days are sealed', () => {
    const WARNING =
      /^It cannot be looked at which days of the store are sealed, and sales of such days would become dead letters: /;

    it('says so, goes on, and does not migrate the database', async () => {
      const own = await freshDatabase();
      try {
        write(`${OLD},1,500`);
        const ended = await importing().run(['--dry-run', file()], { DATABASE_URL: own.url });
        expect(ended).toMatchObject({ code: 0, stderr: expect.stringMatching(WARNING) as string });
        expect(ended.stderr).toContain('store_sales');
        const tables = await command(
          own.url,
          "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'",
        );
        expect(tables).toEqual([{ n: 0 }]);
      } finally {
        await own.drop();
      }
    });

    it('says so where the database is away', async () => {
      write(`${OLD},1,500`);
      const DATABASE_URL = `postgresql://postgres:secret@127.0.0.1:${await freePort()}/postgres`;
      const ended = await importing().run(['--dry-run', file()], { DATABASE_URL });
      expect(ended).toMatchObject({ code: 0, stderr: expect.stringMatching(WARNING) as string });
      expect(ended.stderr).not.toContain('secret');
    });
  });

  describe('beside a service of several processes', () => {
    let real: RealService;
    beforeAll(async () => {
      real = await startRealService();
    });
    afterAll(() => real.stop());

    it('names them ahead of Kafka where the database is known, and has dead letters otherwise', async () => {
      const { file, store } = importing();
      const { KAFKA_BROKERS, KAFKA_TOPIC_PREFIX, DATABASE_URL } = real.env;
      const kafka = { KAFKA_BROKERS, KAFKA_TOPIC_PREFIX };
      const stored = () => daysIn(real.database, store);
      write(`${OLDEST},1,1000`, `${OLD},1,500`);
      expect((await importing().run(['--yes', file], kafka)).code).toBe(0);
      const whole = { [OLDEST]: 1_000, [OLD]: 500 };
      await waitFor(async () => sums(await stored())[OLD] === 500, { what: 'the sales', timeoutMs: 30_000 });
      await keepFor(real.database, 30);
      const known = await importing().run(['--yes', file], { ...kafka, DATABASE_URL });
      expect(known).toMatchObject({ code: 1, stderr: expect.stringMatching(SEALED) as string });
      expect((await importing().run(['--yes', file], kafka)).code).toBe(0);
      const letters = async (): Promise<string> =>
        (await runCommand('dead-letters', ['list'], { ...kafka, DATABASE_URL })).stdout;
      const ofSales = async () => (await letters()).match(/sales\.recorded.*saleDate: the days before/g);
      await waitFor(async () => (await ofSales())?.length === 2, { what: 'dead letters', timeoutMs: 30_000 });
      expect(sums(await stored())).toEqual(whole);
    });
  });
});
