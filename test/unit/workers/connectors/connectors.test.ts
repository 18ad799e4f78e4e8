import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONNECTOR_NAMES, type ConnectorName, type PlatformConfig } from '../../../../src/config/platforms';
import type { EventId } from '../../../../src/domain/values';
import { CONNECTORS } from '../../../../src/workers/connectors/connectors';
import { inquiriesOf } from '../../../../src/workers/connectors/inquiry';
import type { PlatformRequest } from '../../../../src/workers/connectors/connector';
import { counting, failing, healthy, json, negative } from '../../../harness/platforms/behaviours';
import { configFor, questionAbout } from '../../../harness/platforms/config';
import { CONNECTOR_FORMATS } from '../../../harness/platforms/connector-formats';
import { type FakePlatform, startFakePlatform } from '../../../harness/platforms/fake-platform';
import { asking, CHANNEL, NOW } from './asking';

const eventId = randomUUID() as EventId;
const OWN_ID = '1789';
const ids = new Map([[eventId, OWN_ID]]);

function requestOf(
  parser: ConnectorName,
  differing: Partial<PlatformConfig> = { ids },
): PlatformRequest | undefined {
  const config = configFor({ baseUrl: () => 'http://platform' }, CHANNEL, differing);
  return requestFor(parser, config);
}

function requestFor(
  parser: ConnectorName,
  config: PlatformConfig,
  externalId: string | null = null,
): PlatformRequest | undefined {
  const [inquiry] = inquiriesOf(CONNECTORS[parser], [questionAbout(CHANNEL, eventId, externalId)], config);
  return inquiry?.request;
}

describe('a question in the words of', () => {
  test.each(CONNECTOR_NAMES)('%s', (parser) => {
    expect(requestOf(parser)).toEqual(CONNECTOR_FORMATS[parser].request(eventId, OWN_ID));
  });

  test.each(CONNECTOR_NAMES)('%s needs what the platform calls the event, or does not', (parser) => {
    expect(requestOf(parser, {}) === undefined).toBe(CONNECTOR_FORMATS[parser].needsOwnId);
  });

  test.each(CONNECTOR_NAMES)('%s asks by the id of the distribution, whatever is configured', (parser) => {
    for (const configured of [ids, new Map<EventId, string>()]) {
      const config = configFor({ baseUrl: () => 'http://platform' }, CHANNEL, { ids: configured });
      expect(requestFor(parser, config, '2001')).toEqual(CONNECTOR_FORMATS[parser].request(eventId, '2001'));
    }
  });

  test.each(['.', '..', '../../admin', 'a/../b', '..\\admin', './a'])(
    'none, where the id would lead to another path: %s',
    (externalId) => {
      const config = configFor({ baseUrl: () => 'http://platform/v1' }, CHANNEL);
      expect(requestFor('naver-blog', config, externalId)).toBeUndefined();
    },
  );

  test('a path that is configured, its places filled in and escaped', () => {
    const own = new Map([[eventId, 'a/b$&']]);
    expect(requestOf('json', { path: '/v2/{id}/x?event={eventId}', ids: own })).toEqual({
      path: `/v2/a%2Fb%24%26/x?event=${eventId}`,
    });
    expect(requestOf('json', { path: '/v2/{id}', ids })).toEqual({ path: '/v2/1789' });
    expect(requestOf('json', { path: '/v2/{id}', ids: new Map() })).toBeUndefined();
  });
});

describe('an answer in the words of', () => {
  let fake: FakePlatform;
  beforeEach(async () => void (fake = await startFakePlatform()));
  afterEach(() => fake.stop());
  const ask = (parser: ConnectorName) => asking(fake, { parser, ids }).ask(eventId);

  test.each(CONNECTOR_NAMES)('%s is understood', async (parser) => {
    fake.behave(healthy(4_321));
    expect(await ask(parser)).toEqual({ kind: 'measured', views: 4_321, measuredAt: NOW });
  });

  test.each(CONNECTOR_NAMES)('%s is refused with the place of what is wrong', async (parser) => {
    const place = `answer.${CONNECTOR_FORMATS[parser].countAt}`;
    fake.behave(negative);
    expect(await ask(parser)).toMatchObject({
      reason: 'BAD_ANSWER',
      error: { message: `${place}: must be a whole number from 0 to 10^12` },
    });
    fake.behave(counting(undefined));
    expect(await ask(parser)).toMatchObject(
      CONNECTOR_FORMATS[parser].mayLeaveCountOut
        ? { kind: 'no_value' }
        : { reason: 'BAD_ANSWER', error: { message: `${place}: is missing` } },
    );
  });

  test.each(CONNECTOR_NAMES)('%s is refused when it is something else altogether', async (parser) => {
    for (const body of [{}, [], 'views', { data: {}, message: 1, content: null, views: {} }]) {
      fake.behave(json(body));
      expect(await ask(parser)).toMatchObject({ kind: 'failed', reason: 'BAD_ANSWER' });
    }
  });

  test('Instagram, with a total', async () => {
    fake.behave(json({ data: [{ name: 'views', period: 'lifetime', total_value: { value: 9 } }] }));
    expect(await ask('instagram')).toMatchObject({ kind: 'measured', views: 9 });
  });

  test('Instagram, for another metric than was asked for, or for two', async () => {
    const reach = { name: 'reach', values: [{ value: 1 }] };
    fake.behave(json({ data: [reach] }));
    expect(await ask('instagram')).toMatchObject({
      error: { message: 'answer.data[0].name: must be "views", the metric that was asked for' },
    });
    fake.behave(json({ data: [{ ...reach, name: 'views' }, reach] }));
    expect(await ask('instagram')).toMatchObject({ reason: 'BAD_ANSWER' });
  });

  test.each(CONNECTOR_NAMES.filter((name) => CONNECTOR_FORMATS[name].noValueBody !== undefined))(
    '%s that knows no count yet',
    async (parser) => {
      fake.behave(json(CONNECTOR_FORMATS[parser].noValueBody ?? {}));
      expect(await ask(parser)).toEqual({ kind: 'no_value' });
    },
  );

  test.each<[string, number, object, object]>([
    ['an expired token', 400, { code: 190 }, { kind: 'failed', reason: 'REFUSED' }],
    ['no permission', 403, { code: 10, message: 'no' }, { kind: 'failed', reason: 'REFUSED' }],
    ['too many calls', 400, { code: 4 }, { kind: 'failed', reason: 'RATE_LIMITED' }],
    ['too many calls, as if forbidden', 403, { code: 17 }, { kind: 'failed', reason: 'RATE_LIMITED' }],
    ['a passing trouble', 400, { code: 2 }, { kind: 'failed', reason: 'SERVER_ERROR' }],
    ['no such medium', 400, { code: 100, error_subcode: 33 }, { kind: 'no_value' }],
    ['a wrong question', 400, { code: 100 }, { kind: 'failed', reason: 'BAD_ANSWER' }],
    [
      'a story that few saw',
      400,
      { code: 10, message: '(#10) Not enough viewers for' },
      { kind: 'no_value' },
    ],
  ])('Instagram, which says in the body that there is %s', async (_what, status, error, answer) => {
    fake.behave(json({ error }, status));
    expect(await ask('instagram')).toMatchObject(answer);
  });

  test('Instagram, whose errors need not explain themselves', async () => {
    fake.behave({ kind: 'says', status: 401, body: 'no JSON' });
    expect(await ask('instagram')).toMatchObject({ kind: 'failed', reason: 'REFUSED' });
    fake.behave(failing(404));
    expect(await ask('instagram')).toEqual({ kind: 'no_value' });
  });
});

describe('the page of channels', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/channels.md'), 'utf8');
  const [, known = ''] = /^\| `parser` \|[^|]*\| the kind of platform: (.+) \|$/m.exec(page) ?? [];
  const rows = new Map(
    [...page.matchAll(/^\| `([\w-]+)` \| `(?:GET|POST) .+$/gm)].map(([row, name = '']) => [name, row]),
  );

  test('names the connectors that there are, and no other', () => {
    expect(known.split(', ')).toEqual(CONNECTOR_NAMES.map((name) => `\`${name}\``));
    expect([...rows.keys()]).toEqual(CONNECTOR_NAMES);
  });

  test.each(CONNECTOR_NAMES)('says where %s finds the count, and where that comes from', (parser) => {
    expect(rows.get(parser)).toContain(`\`${CONNECTOR_FORMATS[parser].countAt}\``);
    expect(page).toContain(`\n- **${parser}** `);
  });
});
