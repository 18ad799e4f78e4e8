import { json as answering, healthy, rateLimiting } from '../../../harness/platforms/behaviours';
import { questionAbout } from '../../../harness/platforms/config';
import { type FakePlatform, startFakePlatform } from '../../../harness/platforms/fake-platform';
import { asking, CHANNEL, NOW } from './asking';

const KEY = 'an-api-key-that-nobody-may-read';
const youtube = {
  parser: 'youtube',
  credentials: { type: 'header', name: 'X-Goog-Api-Key', value: KEY },
} as const;
const about = (id: string | null) => questionAbout(CHANNEL, undefined, id);
const video = (id: string, viewCount?: string) => ({ id, statistics: { viewCount } });
const refused = (reason: string, status = 403) =>
  answering({ error: { code: status, errors: [{ reason, domain: 'youtube.quota' }] } }, status);
const KEY_REFUSED = {
  kind: 'failed',
  reason: 'KEY_REFUSED',
  error: { message: expect.stringContaining('API key') as string },
};
/** The Pacific midnight after the tests' noon in UTC, which is 05:00 there. */
const MIDNIGHT = Date.parse('2025-10-21T07:00:00Z');

describe('YouTube', () => {
  let fake: FakePlatform;
  beforeEach(async () => void (fake = await startFakePlatform()));
  afterEach(() => fake.stop());

  it('is asked about fifty events in a request, each of which has its own answer', async () => {
    const { platform } = asking(fake, youtube);
    fake.behave(healthy(7));
    const ids = Array.from({ length: 120 }, (_, index) => `video-${index}`);
    const answers = await platform.askTogether(ids.map(about));
    expect(platform.questionsPerRequest).toBe(50);
    expect(answers).toHaveLength(120);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const asked = fake.requests().map(({ url }) => new URLSearchParams(url.split('?')[1]).get('id'));
    expect(asked.map((list) => list?.split(',').length).sort()).toEqual([20, 50, 50]);
    expect(asked.flatMap((list) => list?.split(',') ?? []).sort()).toEqual([...ids].sort());
  });

  it('knows nothing of an id that is left out of its answer, or whose count is', async () => {
    const { platform } = asking(fake, youtube);
    fake.behave(answering({ items: [video('c', '12'), video('a', '1000000000000'), video('hidden')] }));
    const questions = ['a', 'gone', 'hidden', 'c', 'a', null, 'no,id'].map(about);
    expect(await platform.askTogether(questions)).toEqual([
      { kind: 'measured', views: 1_000_000_000_000, measuredAt: NOW },
      { kind: 'no_value' },
      { kind: 'no_value' },
      { kind: 'measured', views: 12, measuredAt: NOW },
      { kind: 'measured', views: 1_000_000_000_000, measuredAt: NOW },
      { kind: 'not_configured' },
      { kind: 'not_configured' },
    ]);
    expect(fake.requests()).toHaveLength(1);
    expect(new URLSearchParams(fake.requests()[0]?.url.split('?')[1]).get('id')).toBe('a,gone,hidden,c');
  });

  it.each(['quotaExceeded', 'dailyLimitExceeded'])(
    'is left alone until its midnight once it says %s',
    async (reason) => {
      const { platform, clock } = asking(fake, youtube);
      fake.behave(refused(reason));
      expect(await platform.ask(about('a'))).toMatchObject({ kind: 'failed', reason: 'RATE_LIMITED' });
      fake.behave(healthy(7));
      expect(await platform.ask(about('a'))).toEqual({ kind: 'postponed', until: MIDNIGHT });
      clock.set((MIDNIGHT - 1) as typeof NOW);
      expect(await platform.ask(about('a'))).toEqual({ kind: 'postponed', until: MIDNIGHT });
      clock.set(MIDNIGHT as typeof NOW);
      expect(await platform.ask(about('a'))).toMatchObject({ kind: 'measured' });
      expect(fake.requests()).toHaveLength(2);
    },
  );

  it('is sent no more requests in its day than the quota, and as many on the next', async () => {
    const { platform, clock } = asking(fake, { ...youtube, quotaPerDay: 2 });
    fake.behave(healthy(7));
    const kinds = async () => [
      (await platform.ask(about('a'))).kind,
      (await platform.ask(about('b'))).kind,
      await platform.ask(about('c')),
    ];
    const until = { kind: 'postponed', until: MIDNIGHT };
    expect(await kinds()).toEqual(['measured', 'measured', until]);
    clock.set(MIDNIGHT as typeof NOW);
    expect(await kinds()).toEqual(['measured', 'measured', { ...until, until: MIDNIGHT + 86_400_000 }]);
    expect(fake.requests()).toHaveLength(4);
  });

  it('tells once that its quota is used up, and once that it is asked again', async () => {
    const { platform, clock, logged } = asking(fake, { ...youtube, quotaPerDay: 1 });
    const told = () => logged.filter(({ level }) => Number(level) >= 30);
    fake.behave(healthy(7));
    expect(platform.quotaUsedUpUntil).toBeUndefined();
    await platform.ask(about('a'));
    expect(platform.quotaUsedUpUntil).toBe(MIDNIGHT);
    for (let round = 0; round < 3; round++) await platform.ask(about('a'));
    const begins = {
      level: 40,
      channel: CHANNEL,
      msg: 'the quota of a platform is used up',
      err: { message: 'nothing more is asked until 2025-10-21T07:00:00.000Z' },
    };
    expect(told()).toMatchObject([begins]);
    clock.set(MIDNIGHT as typeof NOW);
    expect(platform.quotaUsedUpUntil).toBeUndefined();
    fake.behave(refused('quotaExceeded'));
    await platform.ask(about('a'));
    const ends = { level: 30, channel: CHANNEL, msg: 'a platform has a new quota of the day' };
    expect(told()).toMatchObject([begins, ends]);
    expect(platform.quotaUsedUpUntil).toBe(MIDNIGHT + 86_400_000);
  });

  it('keeps to its quota when many requests wait at the same time', async () => {
    const { platform } = asking(fake, { ...youtube, quotaPerDay: 3, concurrency: 8 });
    fake.behave(healthy(7));
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => platform.ask(about(id))));
    expect(answers.filter(({ kind }) => kind === 'measured')).toHaveLength(3);
    expect(answers.filter(({ kind }) => kind === 'postponed')).toHaveLength(3);
    expect(fake.requests()).toHaveLength(3);
  });

  it.each([
    ['rateLimitExceeded', 403, 'RATE_LIMITED'],
    ['keyInvalid', 400, 'KEY_REFUSED'],
    ['keyExpired', 400, 'KEY_REFUSED'],
    ['forbidden', 403, 'KEY_REFUSED'],
    ['accessNotConfigured', 403, 'KEY_REFUSED'],
    ['authError', 401, 'REFUSED'],
    ['anything else', 403, 'REFUSED'],
    ['badRequest', 400, 'BAD_ANSWER'],
  ])('that says %s under status %p has failed by %s', async (said, status, reason) => {
    fake.behave(refused(said, status));
    expect(await asking(fake, youtube).platform.ask(about('a'))).toMatchObject({ kind: 'failed', reason });
  });

  it.each([
    [400, 'badRequest', 'API_KEY_INVALID'],
    [403, 'anything else', 'API_KEY_SERVICE_BLOCKED'],
    [403, 'anything else', 'SERVICE_DISABLED'],
  ])(
    'says that it is about the key, under status %p and %s, by %s in the details',
    async (status, said, detail) => {
      const details = [{ '@type': 'type.googleapis.com/google.rpc.Help' }, { reason: detail }];
      fake.behave(answering({ error: { code: status, errors: [{ reason: said }], details } }, status));
      const { platform } = asking(fake, youtube);
      expect(await platform.askTogether(['a', 'b'].map(about))).toMatchObject([KEY_REFUSED, KEY_REFUSED]);
      expect(fake.requests()).toHaveLength(1);
    },
  );

  it('is asked again when it wants to be, if it says so', async () => {
    const { platform } = asking(fake, youtube);
    fake.behave(rateLimiting(120));
    await platform.ask(about('a'));
    expect(await platform.ask(about('a'))).toEqual({ kind: 'postponed', until: NOW + 120_000 });
  });

  it('gets the key in a header, and nothing else does', async () => {
    const { platform, logged } = asking(fake, youtube);
    fake.behave(refused('keyInvalid', 400));
    for (let round = 0; round < 3; round++) await platform.ask(about('a'));
    expect(fake.requests()[0]?.headers).toMatchObject({ 'x-goog-api-key': KEY });
    expect(fake.requests()[0]?.url).not.toContain(KEY);
    expect(logged).not.toEqual([]);
    expect(JSON.stringify(logged)).not.toContain(KEY);
  });
});
