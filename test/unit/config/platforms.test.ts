import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, problemsOf } from './load';

const minimal = { channel: '우리동네TV', baseUrl: 'https://tv.example', parser: 'json' };
const inline = (list: unknown, env: NodeJS.ProcessEnv = {}) => ({
  ...env,
  CHANNEL_PLATFORMS: JSON.stringify(list),
});
const platformsOf = (list: unknown, env?: NodeJS.ProcessEnv) => load(inline(list, env)).platforms ?? [];

describe('the platforms', () => {
  test('are none unless they are listed', () => {
    expect(load({}).platforms).toEqual([]);
    expect(platformsOf([])).toEqual([]);
  });

  test('need little to be said about them', () => {
    expect(platformsOf([minimal])).toEqual([
      {
        channel: '우리동네TV',
        baseUrl: 'https://tv.example',
        parser: 'json',
        credentials: { type: 'none' },
        headers: {},
        path: undefined,
        ids: new Map(),
        intervalMs: 60_000,
        timeoutMs: 3_000,
        concurrency: 4,
        ratePerSecond: 10,
        quotaPerDay: undefined,
      },
    ]);
  });

  test('may be told apart in everything', () => {
    const eventId = randomUUID();
    const [, platform] = platformsOf([
      minimal,
      {
        channel: ` ${'카카오'.normalize('NFD')}\t`,
        baseUrl: 'http://kakao.example:8080/v2//',
        parser: 'kakao-channel',
        credentials: { type: 'bearer', token: 'abc' },
        headers: { adAccountId: '12' },
        path: '/ads/{id}?event={eventId}',
        ids: { [eventId.toUpperCase()]: '17' },
        intervalSeconds: 300,
        timeoutMs: 1_000,
        concurrency: 1,
        ratePerSecond: 0.2,
        quotaPerDay: 10_000,
      },
    ]);
    expect(platform).toEqual({
      channel: '카카오',
      baseUrl: 'http://kakao.example:8080/v2',
      parser: 'kakao-channel',
      credentials: { type: 'bearer', token: 'abc' },
      headers: { adAccountId: '12' },
      path: '/ads/{id}?event={eventId}',
      ids: new Map([[eventId, '17']]),
      intervalMs: 300_000,
      timeoutMs: 1_000,
      concurrency: 1,
      ratePerSecond: 0.2,
      quotaPerDay: 10_000,
    });
  });

  test('take their secrets from variables', () => {
    const env = { TV_KEY: ' s3cret ' };
    const credentials = { type: 'header', name: 'X-Key', value: '$TV_KEY' };
    const [platform] = platformsOf([{ ...minimal, credentials, headers: { 'X-More': '$TV_KEY' } }], env);
    expect(platform).toMatchObject({
      credentials: { type: 'header', name: 'X-Key', value: 's3cret' },
      headers: { 'X-More': 's3cret' },
    });
    const problem = 'CHANNEL_PLATFORMS[0].credentials.value: refers to $TV_KEY, which is not set';
    expect(problemsOf(inline([{ ...minimal, credentials }]))).toEqual([problem]);
  });

  test('may be listed in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'platforms-'));
    try {
      const file = join(folder, 'platforms.json');
      writeFileSync(file, JSON.stringify([minimal]));
      expect(load({ CHANNEL_PLATFORMS_FILE: file }).platforms).toEqual(platformsOf([minimal]));
      writeFileSync(file, JSON.stringify([{ ...minimal, parser: 'xml' }]));
      expect(problemsOf({ CHANNEL_PLATFORMS_FILE: file })).toEqual([
        expect.stringMatching(
          /^CHANNEL_PLATFORMS_FILE\[0\].parser: its value cannot be used \(one of json, /,
        ),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a problem of the platforms', () => {
  test('is a file that cannot be read', () => {
    expect(problemsOf({ CHANNEL_PLATFORMS_FILE: '/nowhere/at/all.json' })).toEqual([
      'CHANNEL_PLATFORMS_FILE: "/nowhere/at/all.json" cannot be used (the path of a file that can be read, ENOENT)',
    ]);
  });

  test('is a list in both places', () => {
    expect(problemsOf({ CHANNEL_PLATFORMS: '[]', CHANNEL_PLATFORMS_FILE: 'x' })).toEqual([
      'CHANNEL_PLATFORMS, CHANNEL_PLATFORMS_FILE: only one of them may be set (one list of platforms)',
    ]);
  });

  test.each(['{"token":"hunter2"}', '[{"token":"hunter2"', 'hunter2', 'null'])(
    'is what is no list: %s',
    (text) => {
      expect(problemsOf({ CHANNEL_PLATFORMS: text })).toEqual([
        'CHANNEL_PLATFORMS: its value cannot be used (a JSON array of platforms)',
      ]);
    },
  );

  test.each<[string, object, string]>([
    ['a name', { channel: ' ' }, 'channel: its value cannot be used (a name of 1 to 50 characters)'],
    ['no name', { channel: undefined }, 'channel: is missing (a name of 1 to 50 characters)'],
    ['a scheme', { baseUrl: 'ftp://tv' }, 'baseUrl: its value cannot be used (like https://'],
    ['a password', { baseUrl: 'https://me:hunter2@tv' }, 'baseUrl: its value cannot be used (like https://'],
    ['a query', { baseUrl: 'https://tv/?key=hunter2' }, 'baseUrl: its value cannot be used (like https://'],
    ['a path', { path: 'views' }, 'path: its value cannot be used (a path like /posts/{id}/views'],
    ['a placeholder', { path: '/{event}' }, 'path: its value cannot be used (a path like /posts/{id}/views'],
    ['a kind of credentials', { credentials: { type: 'basic', token: 'hunter2' } }, 'credentials'],
    [
      'a line break',
      { credentials: { type: 'bearer', token: 'a\r\nhunter2' } },
      'credentials.token: its value',
    ],
    ['half of them', { credentials: { type: 'query', name: 'key' } }, 'credentials.value: is missing'],
    [
      'a name of a header',
      { headers: { 'a b': 'hunter2' } },
      'headers["a b"]: is not known (the name of a header)',
    ],
    [
      'an interval',
      { intervalSeconds: 0 },
      'intervalSeconds: its value cannot be used (a whole number from 1 to',
    ],
    ['a fraction', { timeoutMs: 100.5 }, 'timeoutMs: its value cannot be used (a whole number from 100 to'],
    ['a text', { concurrency: '4' }, 'concurrency: its value cannot be used (a whole number from 1 to 100)'],
    ['a rate', { ratePerSecond: 0 }, 'ratePerSecond: its value cannot be used (a number from 0.01 to 1000)'],
    ['an id', { ids: { 'no uuid': '1' } }, 'ids["no uuid"]: is not known (the uuid of an event)'],
    ['an unknown field', { intervall: 5 }, 'intervall: is not known (one of channel, baseUrl, parser, '],
  ])('is %s that cannot be used', (_what, differing, problem) => {
    const problems = problemsOf(inline([{ ...minimal, ...differing }]));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.startsWith(`CHANNEL_PLATFORMS[0].${problem}`)).toBe(true);
    expect(problems[0]).not.toContain('hunter2');
  });

  test('is an event that is named twice', () => {
    const ids = { 'AAAAAAAA-0000-4000-8000-000000000000': '1', 'aaaaaaaa-0000-4000-8000-000000000000': '2' };
    expect(problemsOf(inline([{ ...minimal, ids }]))).toEqual([
      'CHANNEL_PLATFORMS[0].ids["aaaaaaaa-0000-4000-8000-000000000000"]: is the uuid of another',
    ]);
  });

  test('is told together with all the others, a channel listed twice among them', () => {
    const problems = problemsOf({
      ...inline([minimal, { channel: '우리동네TV'.normalize('NFD'), parser: 'xml', timeout: 1 }, 5]),
      PORT: 'x',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'PORT',
      'CHANNEL_PLATFORMS[1].baseUrl',
      'CHANNEL_PLATFORMS[1].parser',
      'CHANNEL_PLATFORMS[1].timeout',
      'CHANNEL_PLATFORMS[2]',
      'CHANNEL_PLATFORMS[1].channel',
    ]);
  });
});
