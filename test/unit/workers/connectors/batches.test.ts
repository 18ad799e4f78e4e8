import { failing, healthy, json as answering, notFound } from '../../../harness/platforms/behaviours';
import { questionAbout } from '../../../harness/platforms/config';
import { type FakePlatform, startFakePlatform } from '../../../harness/platforms/fake-platform';
import { asking, CHANNEL, later, NOW } from './asking';

/** What a request about many events costs each of them when something about one is odd. */

const youtube = { parser: 'youtube' } as const;
const about = (id: string) => questionAbout(CHANNEL, undefined, id);
const video = (id: unknown, viewCount?: unknown) => ({ id, statistics: { viewCount } });
const measured = (views: number) => ({ kind: 'measured', views, measuredAt: NOW });
const badAnswer = (message: string) => ({ kind: 'failed', reason: 'BAD_ANSWER', error: { message } });
const NO_VALUE = { kind: 'no_value' };
const COUNT_RULE = 'must be a whole number from 0 to 10^12';
const FIFTY = Array.from({ length: 50 }, (_, index) => `video-${index}`);

let fake: FakePlatform;
beforeEach(async () => void (fake = await startFakePlatform()));
afterEach(() => fake.stop());
const idsAsked = () =>
  fake.requests().map(({ url }) => new URLSearchParams(url.split('?')[1]).get('id') ?? '');

describe('an answer about many events', () => {
  test.each<[what: string, items: readonly unknown[], odd: object]>([
    ['count', [video('b', '-1')], badAnswer(`answer.items[1].statistics.viewCount: ${COUNT_RULE}`)],
    [
      'statistics',
      [{ id: 'b', statistics: 'many' }],
      badAnswer('answer.items[1].statistics: Invalid input: expected object, received string'),
    ],
    ['statistics left out', [{ id: 'b' }], NO_VALUE],
    ['video left out', [], NO_VALUE],
    ['id', [video(7, '2')], badAnswer('answer.items[1].id: Invalid input: expected string, received number')],
    ['item', [null], badAnswer('answer.items[1]: Invalid input: expected object, received null')],
  ])('costs no more than the one whose %s is odd', async (_what, items, odd) => {
    const { platform } = asking(fake, youtube, { failuresUntilFailing: 1 });
    fake.behave(answering({ items: [video('a', '1'), ...items, video('c', '3')] }));
    const answers = await platform.askTogether(['a', 'b', 'c'].map(about));
    expect(answers).toMatchObject([measured(1), odd, measured(3)]);
    expect(platform.health.status).toBe('HEALTHY');
    expect(fake.requests()).toHaveLength(1);
  });

  test('is the failure of the platform when nothing in it can be read', async () => {
    const { platform } = asking(fake, youtube, { failuresUntilFailing: 1 });
    fake.behave(answering({ items: [video('a', 'x'), video('b', 'y')] }));
    const odd = badAnswer(`answer.items[0].statistics.viewCount: ${COUNT_RULE}`);
    expect(await platform.askTogether(['a', 'b'].map(about))).toMatchObject([odd, odd]);
    expect(platform.health).toMatchObject({ status: 'FAILING', reason: 'BAD_ANSWER' });
  });
});

describe('a request about many events that is refused', () => {
  const sizesAsked = () => idsAsked().map((ids) => ids.split(',').length);
  /** As a platform that refuses each request that it dislikes. */
  const refuseWhere = (dislikes: (ids: readonly string[]) => boolean, status = 400) => {
    fake.behave(healthy(7));
    fake.behaveWhere((ids) => dislikes(ids.split(',')), failing(status));
  };
  const MOST_FOR_ONE = 1 + 2 * Math.ceil(Math.log2(FIFTY.length));

  test.each([400, 404, 410, 422])(
    'with status %i says nothing about each: its halves are asked',
    async (status) => {
      const { platform, logged } = asking(fake, youtube);
      refuseWhere(({ length }) => length === FIFTY.length, status);
      const answers = await platform.askTogether(FIFTY.map(about));
      expect(answers).toEqual(FIFTY.map(() => measured(7)));
      expect(sizesAsked()).toEqual([50, 25, 25]);
      const halves = idsAsked().slice(1);
      expect(halves.flatMap((ids) => ids.split(',')).sort()).toEqual([...FIFTY].sort());
      expect(platform.health.status).toBe('HEALTHY');
      const refusal = `answered status ${status} to a request about 50 ids`;
      const told = { level: 40, channel: CHANNEL, err: { message: refusal } };
      expect(logged.filter(({ level }) => level === 40)).toMatchObject([told]);
    },
  );

  test('by one of them costs that one and a few requests, and it is asked apart from then on', async () => {
    const { platform, logged } = asking(fake, youtube);
    let isOdd = true;
    refuseWhere((ids) => isOdd && ids.includes('video-17'));
    const [spoiled, others] = [17, FIFTY.filter((_, place) => place !== 17)];
    const first = await platform.askTogether(FIFTY.map(about));
    expect(first[spoiled]).toMatchObject(badAnswer('answered status 400'));
    expect(first.filter(({ kind }) => kind === 'measured')).toHaveLength(49);
    expect(fake.requests().length).toBeLessThanOrEqual(MOST_FOR_ONE);
    fake.forget();
    await platform.askTogether(FIFTY.map(about));
    expect(idsAsked().sort()).toEqual(['video-17', others.join(',')].sort());
    expect(logged.filter(({ level }) => level === 30)).toHaveLength(1);
    // Once it has an answer it is asked with the others again.
    isOdd = false;
    await platform.askTogether(FIFTY.map(about));
    fake.forget();
    await platform.askTogether(FIFTY.map(about));
    expect(idsAsked()).toEqual([FIFTY.join(',')]);
  });

  describe('for how many it asks about', () => {
    const all = (count: number) => Array.from({ length: count }, (_, index) => about(`video-${index}`));

    test.each([
      [1, 50, 2],
      [20, 4, 26],
    ])(
      'more than %i: is sent as the %i requests that it takes, of which one tries the double (%i), ever less often',
      async (most, requests, double) => {
        const { platform, clock, changes } = asking(fake, youtube);
        let isLimited = true;
        refuseWhere(({ length }) => isLimited && length > most);
        async function round(): Promise<readonly number[]> {
          fake.forget();
          const answers = await platform.askTogether(FIFTY.map(about));
          expect(answers.map(({ kind }) => kind)).toEqual(FIFTY.map(() => 'measured'));
          return sizesAsked();
        }
        await round();
        const MINUTE = 60_000;
        const tried = [];
        for (const minutes of [0, 0, 0, 1, 1, 2, 3, 4]) {
          clock.set(later(minutes * MINUTE));
          const sizes = await round();
          tried.push(sizes.includes(double));
          expect(sizes).toHaveLength(sizes.includes(double) ? requests + 1 : requests);
        }
        expect(tried).toEqual([false, true, false, true, false, false, true, false]);
        // Once it takes more again, it is asked about more from round to round.
        isLimited = false;
        clock.set(later(7 * MINUTE));
        const climbing = [];
        for (let size = double; size < FIFTY.length; size *= 2) climbing.push(Math.max(...(await round())));
        expect(climbing[0]).toBe(double);
        expect(await round()).toEqual([FIFTY.length]);
        expect(changes).toEqual([]);
      },
    );

    test.each([2, 50])('once, %i, is sent as one again', async (count) => {
      const { platform } = asking(fake, youtube);
      const refusals = [true];
      refuseWhere(() => refusals.pop() === true);
      expect(await platform.askTogether(all(count))).toEqual(all(count).map(() => measured(7)));
      expect(fake.requests()).toHaveLength(3);
      fake.forget();
      for (let round = 0; round < 3; round += 1) await platform.askTogether(FIFTY.map(about));
      expect(sizesAsked()).toEqual([50, 50, 50]);
    });

    test('is sent as halves once it was refused twice in a row, and once more as a whole after that', async () => {
      const { platform } = asking(fake, youtube);
      const refusals = [true, false, true, true];
      refuseWhere(({ length }) => length === FIFTY.length && refusals.shift() === true);
      for (let round = 0; round < 6; round += 1) await platform.askTogether(FIFTY.map(about));
      expect(sizesAsked()).toEqual([50, 25, 25, 50, 50, 25, 25, 50, 25, 25, 25, 25, 50]);
    });

    test('says nothing of a smaller size than another batch has had answered since', async () => {
      const { platform } = asking(fake, youtube);
      refuseWhere(({ length }) => length === 50 || length === 2);
      const smallestFirst = () => sizesAsked().sort((one, other) => one - other);
      for (const sizes of [
        [1, 1, 2, 25, 25, 50],
        [1, 1, 2, 25, 25, 50],
        [1, 1, 2, 25, 25],
      ]) {
        fake.forget();
        await platform.askTogether(all(52));
        expect(smallestFirst()).toEqual(sizes);
      }
    });

    test('is learnt though some parts are postponed', async () => {
      const { platform, clock } = asking(fake, { ...youtube, quotaPerDay: 20 });
      refuseWhere(({ length }) => length > 1);
      const first = await platform.askTogether(FIFTY.map(about));
      expect(new Set(first.map(({ kind }) => kind))).toEqual(new Set(['measured', 'postponed']));
      const nextDay = 24 * 60 * 60_000;
      clock.set(later(nextDay));
      fake.forget();
      const answers = await platform.askTogether(FIFTY.map(about));
      expect(sizesAsked()).toEqual(Array.from({ length: 20 }, () => 1));
      expect(answers.filter(({ kind }) => kind === 'measured')).toHaveLength(20);
    });

    test('is not learnt where a part fails', async () => {
      const { platform } = asking(fake, youtube, { tries: 1 });
      refuseWhere(({ length }) => length > 20);
      fake.behaveWhere((ids) => ids.split(',').includes('video-3'), failing(500));
      await platform.askTogether(FIFTY.map(about));
      fake.forget();
      await platform.askTogether(FIFTY.map(about));
      expect(sizesAsked()[0]).toBe(50);
    });
  });

  test('is halved within the quota', async () => {
    const { platform } = asking(fake, { ...youtube, quotaPerDay: 9 });
    refuseWhere(({ length }) => length > 1);
    const answers = await platform.askTogether(FIFTY.map(about));
    expect(fake.requests()).toHaveLength(9);
    expect(answers.filter(({ kind }) => kind === 'measured').length).toBeGreaterThan(0);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['measured', 'postponed']));
  });

  test.each([
    ['first ones', FIFTY.slice(0, 12)],
    ['last ones', FIFTY.slice(-12)],
  ])(
    'by several of them costs these alone, at every interval, and is no failure of the platform: the %s',
    async (_which, bad) => {
      const { platform, clock, changes } = asking(fake, youtube);
      refuseWhere((ids) => ids.some((id) => bad.includes(id)));
      for (let round = 0; round < 5; round += 1) {
        clock.set(later(round * 60_000));
        const answers = await platform.askTogether(FIFTY.map(about));
        expect(answers.filter(({ kind }) => kind === 'measured')).toHaveLength(FIFTY.length - bad.length);
      }
      expect(changes).toEqual([]);
    },
  );

  test('by many in a row opens no circuit, once one of the others was answered', async () => {
    const drawn = jest.spyOn(Math, 'random').mockReturnValue(0);
    const { platform, changes } = asking(fake, youtube);
    const bad = FIFTY.slice(0, 12);
    refuseWhere((ids) => ids.some((id) => bad.includes(id)));
    const answers = await platform.askTogether(FIFTY.map(about));
    drawn.mockRestore();
    expect(answers.map(({ kind }) => kind)).toEqual(
      FIFTY.map((id) => (bad.includes(id) ? 'failed' : 'measured')),
    );
    expect(changes).toEqual([]);
  });

  test('for good fails, and is not asked about each for ever', async () => {
    const { platform } = asking(fake, youtube);
    fake.behave(notFound);
    const answers = await platform.askTogether(FIFTY.map(about));
    expect(answers.some(({ kind }) => kind === 'no_value')).toBe(false);
    const failed = answers.filter(({ kind }) => kind !== 'postponed');
    expect(failed[0]).toMatchObject(badAnswer('answered status 404'));
    expect(platform.health).toMatchObject({ status: 'FAILING', reason: 'BAD_ANSWER' });
    // Some batches on the way to five that are asked singly, after which the circuit is open.
    expect(sizesAsked().filter((size) => size === 1)).toHaveLength(5);
    expect(fake.requests().length).toBeLessThanOrEqual(MOST_FOR_ONE);
  });

  test('because a video is not found is no failure of the platform', async () => {
    const { platform } = asking(fake, youtube, { failuresUntilFailing: 1 });
    const gone = answering({ error: { code: 404, errors: [{ reason: 'videoNotFound' }] } }, 404);
    fake.behave(healthy(7));
    for (const eventId of ['a,b', 'b']) fake.behave(gone, { eventId });
    for (const ids of [
      ['a,b', 'a', 'b'],
      // Apart, though it has been answered: together with others it would be refused again.
      ['a', 'b'],
      ['a', 'b'],
    ]) {
      fake.forget();
      expect(await platform.askTogether(['a', 'b'].map(about))).toEqual([measured(7), NO_VALUE]);
      expect(idsAsked().sort()).toEqual([...ids].sort());
    }
    expect(platform.health.status).toBe('HEALTHY');
  });

  test('fails for those alone that it asks about', async () => {
    const { platform } = asking(fake, youtube);
    fake.behave(failing(500), { eventId: FIFTY.join(',') });
    fake.behave(healthy(3), { eventId: 'video-50' });
    const answers = await platform.askTogether([...FIFTY, 'video-50'].map(about));
    expect(answers.slice(0, 50).every(({ kind }) => kind === 'failed')).toBe(true);
    expect(answers[50]).toEqual(measured(3));
  });
});
