import { randomUUID } from 'node:crypto';
import {
  DeadLetterDocument,
  DeadLettersDocument,
  WorkersFiguresDocument,
} from '../../src/generated/test-operations';
import { participantErased, participantRegistered } from '../harness/messages';
import { type Admin, adminOf, definedEvent, jsonBytes, metricOn } from '../harness/operations/admin';
import { ask } from '../harness/operations/client';
import { startTestService, type TestService } from '../harness/service';

describe('dead letters of which an admin is told', () => {
  let service: TestService;
  let admin: Admin;
  const lines: string[] = [];
  beforeAll(async () => {
    service = await startTestService({ env: { LOG_LEVEL: 'warn' }, onLog: (line) => void lines.push(line) });
    admin = adminOf(service);
  });
  afterAll(() => service.stop());

  /** What the log says of a letter, whatever LOG_LEVEL leaves out. */
  const toldOf = (id: string) =>
    lines
      .map((line) => JSON.parse(line) as { letter?: string; msg: string; outcome?: string; reader?: string })
      .filter(({ letter }) => letter === id);
  const participantsOf = async (eventId: string): Promise<bigint | undefined> =>
    (await service.database.prisma.eventCounts.findUnique({ where: { eventId } }))?.participants;

  it('are listed newest first, page by page, and counted by topic, reason and state', async () => {
    const topic = `listed.${randomUUID()}`;
    const ids: string[] = [];
    for (const reason of ['a', 'b', 'a'])
      ids.push(await admin.record({ value: jsonBytes({}) }, reason, topic));
    const list = async (before: string | null) =>
      (await ask(service.origin, admin.token(), DeadLettersDocument, { first: 2, before, topic })).data!
        .service.deadLetters;
    const first = await list(null);
    expect(first.letters.map(({ id, reason }) => [id, reason])).toEqual([
      [ids[2], 'a'],
      [ids[1], 'b'],
    ]);
    expect(first.letters[0]).toMatchObject({ topic, partition: 3, state: 'WAITING', sizeBytes: 2 });
    const second = await list(first.next);
    expect([second.letters.map(({ id }) => id), second.next]).toEqual([[ids[0]], null]);

    const { data } = await ask(service.origin, admin.token(), WorkersFiguresDocument, {});
    const counts = data!.service.deadLetterCounts.filter((count) => count.topic === topic);
    expect(counts.map(({ reason, state, count }) => [reason, state, count])).toEqual([
      ['a', 'WAITING', 2],
      ['b', 'WAITING', 1],
    ]);
    expect(metricOn(await admin.metrics(), `analytics_dead_letters{topic="${topic}",state="waiting"}`)).toBe(
      3,
    );
  });

  it('are shown whole, text as text and bytes in base64, long ones cut; who was shown which is logged', async () => {
    const text = '가'.repeat(5_000);
    const id = await admin.record({
      key: Buffer.from([0xff, 0]),
      value: Buffer.from(text),
      headers: { trace: Buffer.from('7'), none: null },
    });
    const { data } = await ask(service.origin, admin.token(), DeadLetterDocument, { id });
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
    const id = await admin.record({ value: jsonBytes({}), timestamp: 9_000_000_000_000_000_000n });
    const { data, errors } = await ask(service.origin, admin.token(), DeadLetterDocument, { id });
    expect(errors).toEqual([]);
    expect(data!.service.deadLetter.writtenAt).toBeNull();
  });

  it('that ask for somebody to be erased are left to the command', async () => {
    const value = jsonBytes(
      participantErased({ participantId: randomUUID(), occurredAt: new Date().toISOString() }),
    );
    const id = await admin.record({ value }, 'any', 'participant.erased');
    expect((await admin.replay(id)).data?.replayDeadLetter).toEqual({ outcome: 'BY_COMMAND', reason: null });
    const { data } = await ask(service.origin, admin.token(), DeadLetterDocument, { id });
    expect(data!.service.deadLetter.letter.state).toBe('WAITING');
  });

  it.each([
    ['7' + '0'.repeat(17), 'NOT_FOUND'],
    ['x', 'BAD_USER_INPUT'],
    ['9'.repeat(40), 'BAD_USER_INPUT'],
  ])('of the number %s are not there: %s', async (id, code) => {
    const shown = await ask(service.origin, admin.token(), DeadLetterDocument, { id });
    for (const { errors } of [shown, await admin.replay(id)])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  });

  it('are applied once, however often and at once they are replayed', async () => {
    const { eventId } = await definedEvent(service);
    const id = await admin.record({ value: jsonBytes(participantRegistered(eventId)) });
    const answers = await Promise.all([admin.replay(id), admin.replay(id), admin.replay(id)]);
    const outcomes = answers.map(({ data }) => data?.replayDeadLetter.outcome).sort();
    expect(outcomes).toEqual(['APPLIED', 'UNCHANGED', 'UNCHANGED']);
    expect(await participantsOf(eventId)).toBe(1n);
    expect((await admin.replay(id)).data?.replayDeadLetter).toEqual({ outcome: 'UNCHANGED', reason: null });
    const { data } = await ask(service.origin, admin.token(), DeadLetterDocument, { id });
    expect(data!.service.deadLetter.letter.state).toBe('REPLAYED');
    const told = toldOf(id);
    expect(told.filter(({ msg }) => msg === 'a dead letter is replayed for an admin')).toHaveLength(4);
    const outcomesTold = told.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome])).sort();
    expect(outcomesTold).toEqual(['APPLIED', 'UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
  });

  it('that still cannot be applied say why', async () => {
    const id = await admin.record({ value: jsonBytes(participantRegistered(randomUUID(), { age: -1 })) });
    const { data } = await admin.replay(id);
    expect(data?.replayDeadLetter.outcome).toBe('REJECTED');
    expect(data?.replayDeadLetter.reason).toMatch(/^age: /);
    const foreign = await admin.record({ value: jsonBytes({}) }, 'x', 'another.topic');
    expect((await admin.replay(foreign)).data?.replayDeadLetter).toEqual({
      outcome: 'FOREIGN',
      reason: null,
    });
  });

  it('of a person who was erased hold nothing, and have nothing to be replayed', async () => {
    const participantId = randomUUID();
    const { eventId } = await definedEvent(service);
    const id = await admin.record({ value: jsonBytes(participantRegistered(eventId, { participantId })) });
    const erased = participantErased({
      participantId,
      occurredAt: new Date().toISOString(),
    });
    await service.post([{ topic: 'participant.erased', value: erased }]);
    const { data } = await ask(service.origin, admin.token(), DeadLetterDocument, { id });
    expect(data!.service.deadLetter).toMatchObject({
      letter: { state: 'ERASED' },
      key: null,
      value: null,
      headers: [],
    });
    expect((await admin.replay(id)).data?.replayDeadLetter.outcome).toBe('ERASED');
    expect(await participantsOf(eventId)).not.toBe(1n);
  });

  it.each([
    ['as JSON', 'application/json', 405, 'BAD_REQUEST'],
    ['as an event stream', 'text/event-stream', 200, 'METHOD_NOT_ALLOWED'],
  ])('are not replayed by GET, asked for %s', async (_form, accept, status, code) => {
    const { eventId } = await definedEvent(service);
    const id = await admin.record({ value: jsonBytes(participantRegistered(eventId)) });
    const query = new URLSearchParams({ query: `mutation { replayDeadLetter(id: "${id}") { outcome } }` });
    const response = await fetch(`${service.origin}/graphql?${query.toString()}`, {
      headers: { accept, authorization: `Bearer ${admin.token()}`, 'apollo-require-preflight': '1' },
    });
    // A stream has been begun when it is known what is asked; over plain HTTP nothing has.
    expect(await response.text()).toContain(code);
    expect(response.status).toBe(status);
    expect((await admin.replay(id)).data?.replayDeadLetter.outcome).toBe('APPLIED');
  });
});
