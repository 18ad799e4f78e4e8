import { randomUUID } from 'node:crypto';
import { recordDeadLetters } from '../../src/database/dead-letters/rejected';
import { storeProgress } from '../../src/database/partition-progress';
import type { Instant } from '../../src/domain/values';
import {
  DeadLetterDocument,
  DeadLettersDocument,
  OwnFiguresDocument,
  ReplayDeadLetterDocument,
  WorkersFiguresDocument,
} from '../../src/generated/test-operations';
import type { SourceMessage } from '../../src/messaging/source/source';
import { analyticsPath } from '../harness/contract/service';
import {
  eventCreated,
  type EventIds,
  newEvent,
  participantErased,
  participantRegistered,
} from '../harness/messages';
import { ask } from '../harness/operations/client';
import { startTestService, type TestService, tokenOf } from '../harness/service';

const TOPIC = 'participant.registered';

let service: TestService;
const lines: string[] = [];
beforeAll(async () => {
  service = await startTestService({ env: { LOG_LEVEL: 'warn' }, onLog: (line) => void lines.push(line) });
});
afterAll(() => service.stop());

const admin = (): string => service.token();
const metrics = async (): Promise<string> => (await fetch(`${service.origin}/metrics`)).text();
const lineOf = (page: string, name: string): number =>
  Number(
    page
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );

async function newEventSent(): Promise<EventIds> {
  const event = newEvent();
  await service.post([{ topic: 'event.created', value: eventCreated(event) }]);
  return event;
}

/** Writes a letter as a worker does. @returns its number */
async function record(
  content: Partial<SourceMessage>,
  reason = 'age: must be a whole number',
  topic = TOPIC,
) {
  const message = {
    offset: BigInt(Date.now()) * 1_000n + BigInt(lines.length),
    key: null,
    value: null,
    ...content,
  };
  await recordDeadLetters(
    service.database,
    { topic, partition: 3 },
    [{ message, reason }],
    service.clock.now(),
  );
  const { data } = await ask(service.origin, admin(), DeadLettersDocument, { first: 1, before: null, topic });
  return data!.service.deadLetters.letters[0]!.id;
}
/** What the log says of a letter, whatever LOG_LEVEL leaves out. */
const toldOf = (id: string) =>
  lines
    .map((line) => JSON.parse(line) as { letter?: string; msg: string; outcome?: string; reader?: string })
    .filter(({ letter }) => letter === id);
const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
const replay = async (id: string) => ask(service.origin, admin(), ReplayDeadLetterDocument, { id });
const participantsOf = async (eventId: string): Promise<bigint | undefined> =>
  (await service.database.prisma.eventCounts.findUnique({ where: { eventId } }))?.participants;

describe('the service itself', () => {
  it.each([
    ['an owner', () => tokenOf('an owner', [randomUUID()]), 'FORBIDDEN', 200],
    ['nobody who is known', () => undefined, 'UNAUTHENTICATED', 401],
  ])('is kept from %s, and nothing is asked or done for them', async (_who, token, code, status) => {
    const value = json(participantRegistered((await newEventSent()).eventId));
    const id = await record({ value });
    service.statements.length = 0;
    const asked = [
      await ask(service.origin, token(), OwnFiguresDocument, {}),
      await ask(service.origin, token(), WorkersFiguresDocument, {}),
      await ask(service.origin, token(), DeadLetterDocument, { id }),
      await ask(service.origin, token(), ReplayDeadLetterDocument, { id }),
    ];
    for (const answer of asked) {
      expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual([code]);
      expect([answer.status, answer.data]).toEqual([status, undefined]);
    }
    expect(service.statements).toEqual([]);
  });

  it('is told as /metrics tells it, of what has really happened', async () => {
    const { eventId, storeId } = await newEventSent();
    const before = (await ask(service.origin, admin(), OwnFiguresDocument, {})).data!.service.gateway;
    const message = participantRegistered(eventId);
    await service.post([message, message, {}].map((value) => ({ topic: TOPIC, value })));
    const owner = { authorization: `Bearer ${tokenOf('somebody@example.org', [storeId])}` };
    const read = async () =>
      (await fetch(`${service.origin}${analyticsPath(eventId)}`, { headers: owner })).text();
    await read();
    await read();
    await read();

    const { data, errors } = await ask(service.origin, admin(), OwnFiguresDocument, {});
    expect(errors).toEqual([]);
    const { gateway } = data!.service;
    const page = await metrics();
    const outcomes = (figures: typeof gateway) => figures.messages.find(({ topic }) => topic === TOPIC)!;
    for (const outcome of ['applied', 'duplicate', 'rejected'] as const) {
      expect(outcomes(gateway)[outcome] - outcomes(before)[outcome]).toBe(1);
      const name = `analytics_messages_total{topic="${TOPIC}",outcome="${outcome}"}`;
      expect(outcomes(gateway)[outcome]).toBe(lineOf(page, name));
    }
    expect(gateway.cache).toMatchObject({
      misses: before.cache.misses + 1,
      hits: before.cache.hits + 2,
      stale: 0,
      isAway: false,
    });
    expect(gateway.cache.hits).toBe(lineOf(page, 'analytics_answers_total{kind="hit"}'));
    expect(gateway.runningOperations).toBe(1);
    expect(page).toContain(`\nanalytics_build_info{version="${gateway.version}"} 1\n`);
    expect(Date.parse(gateway.startedAt) / 1_000).toBeCloseTo(lineOf(page, 'process_start_time_seconds'), 0);
    expect(gateway.memoryBytes).toBeGreaterThan(1e7);

    const { readers } = gateway;
    const reader = readers.busiest.find(({ storeIds }) => storeIds.includes(storeId));
    expect(reader).toEqual({
      reader: 'D95RZTU9GUab',
      isAdmin: false,
      storeIds: [storeId],
      stores: 1,
      points: 3,
    });
    const points = readers.busiest.map((each) => each.points);
    expect(points).toEqual([...points].sort((one, other) => other - one));
    expect(readers.busiest).toContainEqual(expect.objectContaining({ isAdmin: true, stores: 0 }));
    expect(readers.points).toBeGreaterThanOrEqual(
      readers.busiest.reduce((sum, { points }) => sum + points, 0),
    );
    expect(lineOf(page, 'analytics_readers')).toBe(readers.count);
    expect(lineOf(page, 'analytics_reader_points{rank="1"}')).toBeGreaterThanOrEqual(
      readers.busiest[0]!.points,
    );
    expect(JSON.stringify(data)).not.toContain('somebody@');
    expect(page).not.toContain(reader!.reader);
  });
});

describe('the partitions of a topic', () => {
  const stored = async (topic: string, partitions: number, more: object, ageMs = 0): Promise<void> => {
    const all = Array.from({ length: partitions }, (_, partition) => ({
      ...{ topic, partition, logEnd: 5_000_000n, lag: 2n, stalledSince: undefined, reason: undefined },
      ...more,
    }));
    await storeProgress(service.database, all, (service.clock.now() - ageMs) as Instant);
  };

  it('are added up, and those of them listed that are stalled or have no worker, as many as there is room for', async () => {
    const [well, stalled, left] = ['well', 'stalled', 'left'].map((name) => `a.${name}.${randomUUID()}`);
    await stored(well!, 3, {});
    await stored(left!, 20, {}, 61_000);
    await stored(stalled!, 40, { stalledSince: service.clock.now(), reason: 'locked' });
    const { data, errors } = await ask(service.origin, admin(), WorkersFiguresDocument, {});
    expect(errors).toEqual([]);
    const { topics, troubledPartitions } = data!.service;
    expect(topics.filter(({ topic }) => topic === well)).toEqual([
      { topic: well, partitions: 3, endOffset: 15_000_000, lag: 6, troubled: 0 },
    ]);
    expect(topics).toContainEqual(expect.objectContaining({ topic: left, partitions: 20, troubled: 20 }));
    expect(topics).toContainEqual(expect.objectContaining({ topic: stalled, partitions: 40, troubled: 40 }));
    expect(troubledPartitions.map(({ topic, partition }) => `${topic}/${partition}`)).toEqual([
      ...Array.from({ length: 20 }, (_, partition) => `${left}/${partition}`),
      ...Array.from({ length: 30 }, (_, partition) => `${stalled}/${partition}`),
    ]);
    expect(troubledPartitions.at(-1)).toMatchObject({ endOffset: 5_000_000, lag: 2, reason: 'locked' });
    expect(lineOf(await metrics(), `analytics_partition_end_offset{topic="${well}",partition="0"}`)).toBe(
      5e6,
    );
  });
});

describe('dead letters', () => {
  it('are listed newest first, page by page, and counted by topic, reason and state', async () => {
    const topic = `listed.${randomUUID()}`;
    const ids: string[] = [];
    for (const reason of ['a', 'b', 'a']) ids.push(await record({ value: json({}) }, reason, topic));
    const list = async (before: string | null) =>
      (await ask(service.origin, admin(), DeadLettersDocument, { first: 2, before, topic })).data!.service
        .deadLetters;
    const first = await list(null);
    expect(first.letters.map(({ id, reason }) => [id, reason])).toEqual([
      [ids[2], 'a'],
      [ids[1], 'b'],
    ]);
    expect(first.letters[0]).toMatchObject({ topic, partition: 3, state: 'WAITING', sizeBytes: 2 });
    const second = await list(first.next);
    expect([second.letters.map(({ id }) => id), second.next]).toEqual([[ids[0]], null]);

    const { data } = await ask(service.origin, admin(), WorkersFiguresDocument, {});
    const counts = data!.service.deadLetterCounts.filter((count) => count.topic === topic);
    expect(counts.map(({ reason, state, count }) => [reason, state, count])).toEqual([
      ['a', 'WAITING', 2],
      ['b', 'WAITING', 1],
    ]);
    expect(lineOf(await metrics(), `analytics_dead_letters{topic="${topic}",state="waiting"}`)).toBe(3);
  });

  it('are shown whole, text as text and bytes in base64, long ones cut; who was shown which is logged', async () => {
    const text = '가'.repeat(5_000);
    const id = await record({
      key: Buffer.from([0xff, 0]),
      value: Buffer.from(text),
      headers: { trace: Buffer.from('7'), none: null },
    });
    const { data } = await ask(service.origin, admin(), DeadLetterDocument, { id });
    expect(data!.service.deadLetter).toMatchObject({
      letter: { id, state: 'WAITING' },
      failure: null,
      headers: [
        { name: 'trace', value: { content: '7' } },
        { name: 'none', value: null },
      ],
      key: { content: '/wA=' },
      value: { content: text.slice(0, 4_096), isText: true, isCut: true, bytes: 15_000 },
    });
    const line = lines.find((each) => each.includes('a dead letter was shown to an admin')) ?? '';
    expect(line).toContain(`"letter":"${id}"`);
    expect(line).toMatch(/"reader":"[\w-]{12}"/);
    expect(lines.join()).not.toContain('가가');
  });

  it('whose records were written at no date are shown without one', async () => {
    const id = await record({ value: json({}), timestamp: 9_000_000_000_000_000_000n });
    const { data, errors } = await ask(service.origin, admin(), DeadLetterDocument, { id });
    expect(errors).toEqual([]);
    expect(data!.service.deadLetter.writtenAt).toBeNull();
  });

  it('that ask for somebody to be erased are left to the command', async () => {
    const value = json(
      participantErased({ participantId: randomUUID(), occurredAt: new Date().toISOString() }),
    );
    const id = await record({ value }, 'any', 'participant.erased');
    expect((await replay(id)).data?.replayDeadLetter).toEqual({ outcome: 'BY_COMMAND', reason: null });
    const { data } = await ask(service.origin, admin(), DeadLetterDocument, { id });
    expect(data!.service.deadLetter.letter.state).toBe('WAITING');
  });

  it.each([
    ['7' + '0'.repeat(17), 'NOT_FOUND'],
    ['x', 'BAD_USER_INPUT'],
    ['9'.repeat(40), 'BAD_USER_INPUT'],
  ])('of the number %s are not there: %s', async (id, code) => {
    const shown = await ask(service.origin, admin(), DeadLetterDocument, { id });
    for (const { errors } of [shown, await replay(id)])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  });

  it('are applied once, however often and at once they are replayed', async () => {
    const { eventId } = await newEventSent();
    const id = await record({ value: json(participantRegistered(eventId)) });
    const answers = await Promise.all([replay(id), replay(id), replay(id)]);
    const outcomes = answers.map(({ data }) => data?.replayDeadLetter.outcome).sort();
    expect(outcomes).toEqual(['APPLIED', 'UNCHANGED', 'UNCHANGED']);
    expect(await participantsOf(eventId)).toBe(1n);
    expect((await replay(id)).data?.replayDeadLetter).toEqual({ outcome: 'UNCHANGED', reason: null });
    const { data } = await ask(service.origin, admin(), DeadLetterDocument, { id });
    expect(data!.service.deadLetter.letter.state).toBe('REPLAYED');
    const told = toldOf(id);
    expect(told.filter(({ msg }) => msg === 'a dead letter is replayed for an admin')).toHaveLength(4);
    const outcomesTold = told.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome])).sort();
    expect(outcomesTold).toEqual(['APPLIED', 'UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
  });

  it('that still cannot be applied say why', async () => {
    const id = await record({ value: json(participantRegistered(randomUUID(), { age: -1 })) });
    const { data } = await replay(id);
    expect(data?.replayDeadLetter.outcome).toBe('REJECTED');
    expect(data?.replayDeadLetter.reason).toMatch(/^age: /);
    const foreign = await record({ value: json({}) }, 'x', 'another.topic');
    expect((await replay(foreign)).data?.replayDeadLetter).toEqual({ outcome: 'FOREIGN', reason: null });
  });

  it('of a person who was erased hold nothing, and have nothing to be replayed', async () => {
    const participantId = randomUUID();
    const { eventId } = await newEventSent();
    const id = await record({ value: json(participantRegistered(eventId, { participantId })) });
    const erased = participantErased({
      participantId,
      occurredAt: new Date().toISOString(),
    });
    await service.post([{ topic: 'participant.erased', value: erased }]);
    const { data } = await ask(service.origin, admin(), DeadLetterDocument, { id });
    expect(data!.service.deadLetter).toMatchObject({
      letter: { state: 'ERASED' },
      key: null,
      value: null,
      headers: [],
    });
    expect((await replay(id)).data?.replayDeadLetter.outcome).toBe('ERASED');
    expect(await participantsOf(eventId)).not.toBe(1n);
  });

  it.each([
    ['as JSON', 'application/json', 405, 'BAD_REQUEST'],
    ['as an event stream', 'text/event-stream', 200, 'METHOD_NOT_ALLOWED'],
  ])('are not replayed by GET, asked for %s', async (_form, accept, status, code) => {
    const { eventId } = await newEventSent();
    const id = await record({ value: json(participantRegistered(eventId)) });
    const query = new URLSearchParams({ query: `mutation { replayDeadLetter(id: "${id}") { outcome } }` });
    const response = await fetch(`${service.origin}/graphql?${query.toString()}`, {
      headers: { accept, authorization: `Bearer ${admin()}`, 'apollo-require-preflight': '1' },
    });
    // A stream has been begun when it is known what is asked; over plain HTTP nothing has.
    expect(await response.text()).toContain(code);
    expect(response.status).toBe(status);
    expect((await replay(id)).data?.replayDeadLetter.outcome).toBe('APPLIED');
  });
});
