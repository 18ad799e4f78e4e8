import { ParticipantsOfDocument } from '../../src/generated/test-operations';
import {
  analyticsPath,
  type ServiceUnderContract,
  startUnderContract,
  type Value,
} from '../harness/contract/service';
import { eventCreated, newEvent, participantRegistered, salesRecorded } from '../harness/messages';
import type { HttpAnswer } from '../harness/http';
import { ask } from '../harness/operations/client';

const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

interface Report {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly error: string }[];
}

describe('messages over HTTP', () => {
  let service: ServiceUnderContract;
  beforeAll(async () => void (service = await startUnderContract({ env: { MAX_BODY_BYTES: '6000000' } })));
  afterAll(() => service.stop());

  const post = (
    type: string,
    body: string | Buffer,
    token: string | undefined = service.token(),
  ): Promise<HttpAnswer> => service.http.post('/dev/events', token, type, body);
  const report = async (type: string, body: string | Buffer): Promise<Report> => {
    const answer = await post(type, body);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    return answer.json() as Report;
  };
  const line = (topic: string, value: Value): string => JSON.stringify({ topic, value });

  it('are counted: accepted, duplicates and rejected make up the lines', async () => {
    const event = newEvent();
    const joined = line('participant.registered', participantRegistered(event.eventId));
    const lines = [
      line('event.created', eventCreated(event)),
      joined,
      joined,
      '{"topic": "participant.registered", "value": ',
      line('participant.deleted', { eventId: event.eventId }),
      line('participant.registered', { eventId: event.eventId }),
      line('sales.recorded', salesRecorded(event.storeId, 1_000)),
    ];
    const { accepted, duplicates, rejected } = await report(NDJSON, lines.join('\n'));
    expect([accepted, duplicates]).toEqual([3, 1]);
    expect(rejected).toEqual([
      { index: 3, error: 'not JSON' },
      { index: 4, error: expect.stringContaining('event.created') as unknown },
      { index: 5, error: expect.stringMatching(/messageId|occurredAt|participantId/) as unknown },
    ]);
  });

  it('come as a JSON array just as well', async () => {
    const event = newEvent();
    const messages = [
      { topic: 'event.created', value: eventCreated(event) },
      { topic: 'event.created' },
      'x',
      null,
      { topic: 'sales.recorded', value: null },
    ];
    const { accepted, duplicates, rejected } = await report(JSON_TYPE, JSON.stringify(messages));
    expect([accepted, duplicates, rejected.map(({ index }) => index)]).toEqual([1, 0, [1, 2, 3, 4]]);
  });

  it('may have blank lines between them, which have no index', async () => {
    const { eventId } = newEvent();
    const good = (): string => line('participant.registered', participantRegistered(eventId));
    const body = `\n\r\n${good()}\r\n   \n\nnonsense\n${good()}\n\n`;
    expect(await report(NDJSON, body)).toEqual({
      accepted: 2,
      duplicates: 0,
      rejected: [{ index: 1, error: 'not JSON' }],
    });
  });

  it.each([
    [NDJSON, ''],
    [NDJSON, '\n\n'],
    [JSON_TYPE, '[]'],
  ])('may be none at all (%s %p)', async (type, body) => {
    expect(await report(type, body)).toEqual({ accepted: 0, duplicates: 0, rejected: [] });
  });

  it('are seen by the very next read, over REST and over GraphQL', async () => {
    const { eventId } = await service.event();
    for (let count = 1; count <= 5; count++) {
      await report(NDJSON, line('participant.registered', participantRegistered(eventId)));
      const [rest, graphql] = await Promise.all([
        service.http.get(analyticsPath(eventId), service.token()),
        ask(service.origin, service.token(), ParticipantsOfDocument, { eventIds: [eventId] }),
      ]);
      expect(rest.json()).toMatchObject({ summaryCards: { totalParticipants: { count } } });
      expect(graphql.data?.dashboards[0]?.summaryCards.totalParticipants.count).toBe(count);
    }
  });

  it('may arrive in two requests at once, and are counted once', async () => {
    const { eventId } = await service.event();
    const body = Array.from({ length: 500 }, () =>
      line('participant.registered', participantRegistered(eventId)),
    ).join('\n');
    const reports = await Promise.all([report(NDJSON, body), report(NDJSON, body), report(NDJSON, body)]);
    expect(reports.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(500);
    expect(reports.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(1_000);
    const rest = await service.http.get(analyticsPath(eventId), service.token());
    expect(rest.json()).toMatchObject({ summaryCards: { totalParticipants: { count: 500 } } });
  });

  it('of 5 MB are rejected, and take nothing from those beside them', async () => {
    const { eventId } = await service.event();
    const lines = [
      line('participant.registered', participantRegistered(eventId)),
      line('participant.registered', participantRegistered(eventId, { channel: '긴'.repeat(1_700_000) })),
      line('participant.registered', participantRegistered(eventId)),
    ];
    const { accepted, rejected } = await report(NDJSON, lines.join('\n'));
    expect([accepted, rejected.map(({ index }) => index)]).toEqual([2, [1]]);
    expect(rejected[0]?.error.length).toBeLessThan(500);
  });

  it('past the largest body are refused: 413', async () => {
    expect((await post(NDJSON, 'x'.repeat(6_000_001))).status).toBe(413);
  });

  it('of more than 100,000 lines are refused, and nothing of them is applied: 413 with the limit', async () => {
    const { eventId } = await service.event();
    const good = line('participant.registered', participantRegistered(eventId));
    for (const [type, body] of [
      [NDJSON, `${good}\n${'x\n'.repeat(100_000)}`],
      [NDJSON, `${good}\n${'\n'.repeat(100_000)}`],
      [JSON_TYPE, `[${good}${',7'.repeat(100_000)}]`],
    ] as const) {
      const answer = await post(type, body);
      expect([answer.status, answer.body]).toEqual([413, expect.stringContaining('100000')]);
    }
    const rest = await service.http.get(analyticsPath(eventId), service.token());
    expect(rest.json()).toMatchObject({ summaryCards: { totalParticipants: { count: 0 } } });
  });

  it('that are rejected by the thousand are listed up to the thousandth, and counted all the same', async () => {
    const { rejected, ...rest } = await report(NDJSON, 'x\n'.repeat(100_000));
    expect([rejected.length, rejected[0]?.index, rejected.at(-1)?.index]).toEqual([1_000, 0, 999]);
    expect(rest).toEqual({ accepted: 0, duplicates: 0, rejectedNotListed: 99_000 });
  });

  it('want a token before anything is read: 401', async () => {
    const { eventId } = await service.event();
    const body = line('participant.registered', participantRegistered(eventId));
    for (const token of ['', 'nonsense']) expect((await post(NDJSON, body, token)).status).toBe(401);
    expect((await service.http.request('/dev/events', { method: 'POST', body })).status).toBe(401);
    const rest = await service.http.get(analyticsPath(eventId), service.token());
    expect(rest.json()).toMatchObject({ summaryCards: { totalParticipants: { count: 0 } } });
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'are not taken as %s: 415',
    async (type) => {
      expect((await post(type, '[]')).status).toBe(415);
    },
  );

  it.each(['{}', '7', '{"topic":"event.created"}', 'nonsense', '[', ''])(
    'are no JSON array as %p: 400',
    async (body) => {
      expect((await post(JSON_TYPE, body)).status).toBe(400);
    },
  );

  it('are no text in another encoding: 400', async () => {
    expect((await post(NDJSON, Buffer.from([0xff, 0xfe, 0x00]))).status).toBe(400);
  });

  it('keep their own words: a type may be in capitals and say its charset', async () => {
    expect((await post('Application/X-NDJSON; charset=UTF-8', '\n')).status).toBe(200);
    expect((await post('APPLICATION/JSON;charset=utf-8', '[]')).status).toBe(200);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('are not sent by %s: 405 with Allow', async (method) => {
    const answer = await service.http.request('/dev/events', { method, token: service.token() });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  });

  it('of other kinds and of industries not heard of do no harm: names like __proto__ are names', async () => {
    const body = [
      line('__proto__', {}),
      line('constructor', {}),
      '{"topic":["event.created"],"value":{}}',
    ].join('\n');
    expect((await report(NDJSON, body)).rejected).toHaveLength(3);
    const event = newEvent();
    await service.send('event.created', eventCreated(event, { industry: '__proto__' }));
    await service.send(
      'participant.registered',
      participantRegistered(event.eventId, { channel: 'constructor' }),
    );
    const rest = await service.http.get(analyticsPath(event.eventId), service.token());
    expect(rest.json()).toMatchObject({ channelPerformance: [{ channel: 'constructor', participants: 1 }] });
  });
});

describe('where Kafka brings the messages, or in production', () => {
  it('there is no such address: 404', async () => {
    const service = await startUnderContract({
      env: { NODE_ENV: 'production', JWT_SECRET: 'a secret of the tests, long enough for HS256' },
    });
    for (const method of ['POST', 'GET', 'OPTIONS']) {
      const answer = await service.http.request('/dev/events', { method, token: service.token() });
      expect(answer.status).toBe(404);
    }
    await service.stop();
  });
});
