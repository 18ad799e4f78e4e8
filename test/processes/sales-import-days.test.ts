import { daysIn, sums, useEmbedded, useImporting } from '../harness/importing';
import { type RealService, startRealService } from '../harness/real-service';
import { waitFor } from '../harness/wait-for';

const DAYS_HEADER = '일자,영수증번호,실매출액';
const [KEPT, WRONG, RIGHT] = ['2026-10-03,1,1000', '2026-10-03,2,500', '2026-10-03,2,700'];

describe('npm run sales:import -- --replace-days', () => {
  const importing = useImporting();
  const write = (...lines: readonly string[]): void => importing().write([DAYS_HEADER, ...lines]);

  describe('of an embedded database', () => {
    const embedded = useEmbedded(importing);
    beforeEach(() => embedded.layOut());

    it('makes the days what the file states, and changes nothing the second time', async () => {
      const { file } = importing();
      write(KEPT, WRONG, '2026-10-04,1,50');
      expect((await importing().run(['--yes', file])).code).toBe(0);
      write(KEPT, RIGHT);
      const replaced = await importing().run(['--yes', '--replace-days', file]);
      expect(replaced).toMatchObject({ code: 0, stderr: '' });
      expect(replaced.stdout).toMatch(/2026-10-03 +1,500 +1,700 +-500\n/);
      const after = await embedded.days();
      expect(sums(after)).toEqual({ '2026-10-03': 1_700, '2026-10-04': 50 });
      const again = await importing().run(['--yes', '--replace-days', file]);
      expect(again.stdout).toMatch(/2026-10-03 +1,700 +1,700 +0\n/);
      expect(await embedded.days()).toEqual(after);
    });

    it('makes a day once more what a correction has taken away', async () => {
      const { file } = importing();
      for (const line of [WRONG, RIGHT, WRONG]) {
        write(KEPT, line);
        expect(await importing().run(['--yes', '--replace-days', file])).toMatchObject({
          code: 0,
          stderr: '',
        });
      }
      expect(sums(await embedded.days())).toEqual({ '2026-10-03': 1_500 });
    });

    it('completes what was broken off', async () => {
      const { file } = importing();
      write(KEPT, WRONG);
      await importing().run(['--yes', file]);
      // Of the corrected file, one sale has been stored and the correction has not.
      write(RIGHT);
      await importing().run(['--yes', file]);
      write(KEPT, RIGHT, '2026-10-03,3,30');
      expect((await importing().run(['--yes', '--replace-days', file])).code).toBe(0);
      expect(sums(await embedded.days())).toEqual({ '2026-10-03': 1_730 });
    });
  });

  describe('beside a service of several processes', () => {
    let real: RealService;
    let kafka: NodeJS.ProcessEnv;
    beforeAll(async () => {
      real = await startRealService();
      const { KAFKA_BROKERS, KAFKA_TOPIC_PREFIX } = real.env;
      kafka = { KAFKA_BROKERS, KAFKA_TOPIC_PREFIX };
    });
    afterAll(() => real.stop());

    it('states days anew in its database, and prints nothing but what was done', async () => {
      const { file, store } = importing();
      const { DATABASE_URL } = real.env;
      for (const line of [WRONG, RIGHT, WRONG]) {
        write(KEPT, line);
        const ended = await importing().run(['--yes', '--replace-days', file], { DATABASE_URL });
        expect(ended).toMatchObject({ code: 0, stderr: '' });
      }
      expect(sums(await daysIn(real.database, store))).toEqual({ '2026-10-03': 1_500 });
    });

    it('sends to the topics', async () => {
      const { file, store } = importing();
      write(KEPT, RIGHT, '2026-10-04,1,50');
      expect(await importing().run(['--yes', file], kafka)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('to the topics of Kafka.') as string,
      });
      await waitFor(async () => Object.keys(await daysIn(real.database, store)).length === 2, {
        what: 'the sales to be counted',
        timeoutMs: 30_000,
      });
      expect(await daysIn(real.database, store)).toEqual({ '2026-10-03': [1_700, 2], '2026-10-04': [50, 1] });
    });

    it('waits with --replace-days until the workers have stored all of it', async () => {
      const { file, store } = importing();
      const { DATABASE_URL } = real.env;
      write(KEPT, WRONG);
      expect((await importing().run(['--yes', file], kafka)).code).toBe(0);
      write(KEPT, RIGHT);
      expect((await importing().run(['--yes', '--replace-days', file], kafka)).stderr).toContain(
        'name the database of the service by DATABASE_URL',
      );
      // What was sent before may not be stored yet when it is looked at: then the first run says so.
      await waitFor(
        async () =>
          (await importing().run(['--yes', '--replace-days', file], { ...kafka, DATABASE_URL })).code === 0,
        { what: 'the day to be replaced', timeoutMs: 60_000 },
      );
      expect(sums(await daysIn(real.database, store))).toEqual({ '2026-10-03': 1_700 });
    });
  });
});
