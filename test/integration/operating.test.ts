import { randomUUID } from 'node:crypto';
import { storeProgress } from '../../src/database/partition-progress';
import type { Instant } from '../../src/domain/values';
import {
  DeadLetterDocument,
  OwnFiguresDocument,
  ReplayDeadLetterDocument,
  WorkersFiguresDocument,
} from '../../src/generated/test-operations';
import { analyticsPath } from '../harness/contract/service';
import { participantRegistered } from '../harness/messages';
import {
  type Admin,
  adminOf,
  definedEvent,
  jsonBytes,
  LETTER_TOPIC,
  metricOn,
} from '../harness/operations/admin';
import { ask } from '../harness/operations/client';
import { startTestService, type TestService, tokenOf } from '../harness/service';

let service: TestService;
let admin: Admin;
beforeAll(async () => {
  service = await startTestService({ env: { LOG_LEVEL: 'warn' } });
  admin = adminOf(service);
});
afterAll(() => service.stop());

describe('the service itself', () => {
  it.each([
    ['an owner', () => tokenOf('an owner', [randomUUID()]), 'FORBIDDEN', 200],
    ['nobody who is known', () => undefined, 'UNAUTHENTICATED', 401],
  ])('is kept from %s, and nothing is asked or done for them', async (_who, token, code, status) => {
    const value = jsonBytes(participantRegistered((await definedEvent(service)).eventId));
    const id = await admin.record({ value });
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
    const { eventId, storeId } = await definedEvent(service);
    const before = (await ask(service.origin, admin.token(), OwnFiguresDocument, {})).data!.service.gateway;
    const message = participantRegistered(eventId);
    await service.post([message, message, {}].map((value) => ({ topic: LETTER_TOPIC, value })));
    const owner = { authorization: `Bearer ${tokenOf('somebody@example.org', [storeId])}` };
    const read = async () =>
      (await fetch(`${service.origin}${analyticsPath(eventId)}`, { headers: owner })).text();
    await read();
    await read();
    await read();

    const { data, errors } = await ask(service.origin, admin.token(), OwnFiguresDocument, {});
    expect(errors).toEqual([]);
    const { gateway } = data!.service;
    const page = await admin.metrics();
    const outcomes = (figures: typeof gateway) =>
      figures.messages.find(({ topic }) => topic === LETTER_TOPIC)!;
    for (const outcome of ['applied', 'duplicate', 'rejected'] as const) {
      expect(outcomes(gateway)[outcome] - outcomes(before)[outcome]).toBe(1);
      const name = `analytics_messages_total{topic="${LETTER_TOPIC}",outcome="${outcome}"}`;
      expect(outcomes(gateway)[outcome]).toBe(metricOn(page, name));
    }
    expect(gateway.cache).toMatchObject({
      misses: before.cache.misses + 1,
      hits: before.cache.hits + 2,
      stale: 0,
      isAway: false,
    });
    expect(gateway.cache.hits).toBe(metricOn(page, 'analytics_answers_total{kind="hit"}'));
    expect(gateway.runningOperations).toBe(1);
    expect(page).toContain(`\nanalytics_build_info{version="${gateway.version}"} 1\n`);
    expect(Date.parse(gateway.startedAt) / 1_000).toBeCloseTo(
      metricOn(page, 'process_start_time_seconds'),
      0,
    );
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
    expect(metricOn(page, 'analytics_readers')).toBe(readers.count);
    expect(metricOn(page, 'analytics_reader_points{rank="1"}')).toBeGreaterThanOrEqual(
      readers.busiest[0]!.points,
    );
    expect(JSON.stringify(data)).not.toContain('somebody@');
    expect(page).not.toContain(reader!.reader);
  });
});

describe('the partitions of a topic', () => {
  const stored = async (topic: string, partitions: number, more: object, ageMs = 0): Promise<void> => {
    const all = Array.from({ length: partitions }, (_, partition) => ({
      ...{
        topic,
        partition,
        logEnd: 5_000_000n,
        lag: 2n,
        applied: 4_999_998n,
        stalledSince: undefined,
        reason: undefined,
      },
      ...more,
    }));
    await storeProgress(service.database, all, (service.clock.now() - ageMs) as Instant);
  };

  it('are added up, and those of them listed that are stalled or have no worker, as many as there is room for', async () => {
    const [well, stalled, left] = ['well', 'stalled', 'left'].map((name) => `a.${name}.${randomUUID()}`);
    await stored(well!, 3, {});
    await stored(left!, 20, {}, 61_000);
    await stored(stalled!, 40, { stalledSince: service.clock.now(), reason: 'locked' });
    const { data, errors } = await ask(service.origin, admin.token(), WorkersFiguresDocument, {});
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
    expect(
      metricOn(await admin.metrics(), `analytics_partition_end_offset{topic="${well}",partition="0"}`),
    ).toBe(5e6);
  });
});
