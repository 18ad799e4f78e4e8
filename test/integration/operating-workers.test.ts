import { recordDeadLetters } from '../../src/database/dead-letters/rejected';
import {
  DeadLettersDocument,
  OwnFiguresDocument,
  ReplayDeadLetterDocument,
  WorkersFiguresDocument,
} from '../../src/generated/test-operations';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { freshDatabase, freshRedis, type Own } from '../harness/isolation';
import { type LockedRow, lockedRow } from '../harness/locked-row';
import { eventCreated, type EventIds, newEvent, participantRegistered } from '../harness/messages';
import { ask } from '../harness/operations/client';
import { type RealService, startRealService } from '../harness/real-service';
import { waitFor } from '../harness/wait-for';

describe('of what all workers do, an admin', () => {
  let own: Own;
  let redis: Own;
  let link: BreakableLink;
  let redisLink: BreakableLink;
  let service: RealService;
  const lines: string[] = [];
  beforeAll(async () => {
    own = await freshDatabase();
    redis = await freshRedis();
    link = await linkTo(own.url);
    redisLink = await linkTo(redis.url);
    service = await startRealService({
      env: { DATABASE_URL: link.url, REDIS_URL: redisLink.url },
      onLog: (line) => void lines.push(line),
    });
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await Promise.all([link.cut(), redisLink.cut()]);
    await Promise.all([own.drop(), redis.drop()]);
  });

  const workers = async () => ask(service.origin, service.token(), WorkersFiguresDocument, {});
  const arrived = async (): Promise<number> => {
    const { data } = await workers();
    return data!.service.topics.reduce((sum, { endOffset }) => sum + endOffset, 0);
  };

  it('sees each topic: what arrives moves the ends of its partitions, and what is left is its lag', async () => {
    const event = newEvent();
    await service.topics.send('event.created', [eventCreated(event)]);
    await waitFor(async () => (await arrived()) === 1, { what: 'the event to arrive', timeoutMs: 30_000 });
    const people = Array.from({ length: 7 }, () => participantRegistered(event.eventId));
    await service.topics.send('participant.registered', [...people, { ...people[0], age: -1 }]);
    await waitFor(async () => (await arrived()) === 9, { what: 'all to have arrived', timeoutMs: 30_000 });
    await waitFor(async () => (await workers()).data!.service.topics.every(({ lag }) => lag === 0), {
      what: 'nothing to be left',
      timeoutMs: 30_000,
    });
    const { service: told } = (await workers()).data!;
    const page = await (await fetch(`${service.origin}/metrics`)).text();
    const ends = [
      ...page.matchAll(/^analytics_partition_end_offset\{topic="(.+)",partition="\d+"\} (\d+)$/gm),
    ];
    for (const { topic, partitions, endOffset, lag, troubled } of told.topics) {
      const ofTopic = ends.filter(([, name]) => name === topic).map(([, , end]) => Number(end));
      expect(ofTopic).toHaveLength(partitions);
      expect(endOffset).toBe(ofTopic.reduce((sum, end) => sum + end, 0));
      expect([lag, troubled]).toEqual([0, 0]);
    }
    expect(told.troubledPartitions).toEqual([]);
    const topic = `${service.env['KAFKA_TOPIC_PREFIX']}participant.registered`;
    expect(told.deadLetterCounts).toMatchObject([{ topic, count: 1 }]);
    expect(told.deadLetterCounts[0]?.reason).toMatch(/^age: /);
  });

  describe('replaying a letter whose row another session holds', () => {
    let event: EventIds;
    let id: string;
    let lock: LockedRow;
    beforeEach(async () => {
      event = newEvent();
      await service.topics.send('event.created', [eventCreated(event)]);
      await service.topics.send('participant.registered', [participantRegistered(event.eventId)]);
      await service.counted(event.eventId, 1);
      const value = Buffer.from(JSON.stringify(participantRegistered(event.eventId)));
      const topic = `${service.env['KAFKA_TOPIC_PREFIX']}participant.registered`;
      const message = { offset: BigInt(Date.now()), key: null, value };
      await recordDeadLetters(
        service.database,
        { topic, partition: 0 },
        [{ message, reason: 'any' }],
        service.clock.now(),
      );
      const asked = { first: 1, before: null, topic };
      const { data } = await ask(service.origin, service.token(), DeadLettersDocument, asked);
      id = data!.service.deadLetters.letters[0]!.id;
      const row = 'SELECT 1 FROM event_counts WHERE event_id = $1 FOR UPDATE';
      lock = await lockedRow(own.url, row, [event.eventId]);
    });
    const replay = () => ask(service.origin, service.token(), ReplayDeadLetterDocument, { id });
    const anAttemptEnds = () =>
      waitFor(async () => (await lock.endWaiting()) > 0, { what: 'an attempt to wait', timeoutMs: 20_000 });

    it('applies it by another attempt, and counts it once', async () => {
      const answer = replay();
      await anAttemptEnds();
      await lock.release();
      expect((await answer).data?.replayDeadLetter).toEqual({ outcome: 'APPLIED', reason: null });
      await service.counted(event.eventId, 2);
    });

    it('fails where that fails as well, says so in the log, and can be asked for later', async () => {
      const answer = replay();
      await anAttemptEnds();
      await anAttemptEnds();
      expect((await answer).errors).toHaveLength(1);
      const told = lines
        .map((line) => JSON.parse(line) as { letter?: string; msg: string })
        .flatMap(({ letter, msg }) => (letter === id ? [msg] : []));
      expect(told).toEqual([
        'a dead letter is replayed for an admin',
        'a dead letter could not be replayed for an admin',
      ]);
      await lock.release();
      expect((await replay()).data?.replayDeadLetter.outcome).toBe('APPLIED');
      await service.counted(event.eventId, 2);
    });
  });

  it('is told that the database is away, and goes on seeing the process, and Redis', async () => {
    await link.cut();
    await waitFor(async () => (await workers()).errors[0]?.extensions.code === 'DATABASE_UNAVAILABLE', {
      what: 'the database to be away',
      timeoutMs: 20_000,
    });
    expect((await workers()).errors[0]?.extensions.part).toBe('database');
    const replayed = await ask(service.origin, service.token(), ReplayDeadLetterDocument, { id: '1' });
    expect(replayed.errors[0]?.extensions.code).toBe('DATABASE_UNAVAILABLE');
    const { data, errors } = await ask(service.origin, service.token(), OwnFiguresDocument, {});
    expect(errors).toEqual([]);
    expect(data!.service.gateway.cache.isAway).toBe(false);
    await link.mend();
    await waitFor(async () => (await workers()).errors.length === 0, {
      what: 'the database to be back',
      timeoutMs: 20_000,
    });
  });

  it('is told that Redis is away, though nobody reads, and that it is back', async () => {
    const isAway = async () =>
      (await ask(service.origin, service.token(), OwnFiguresDocument, {})).data!.service.gateway.cache.isAway;
    await redisLink.cut();
    await waitFor(isAway, { what: 'Redis to be away', timeoutMs: 20_000 });
    expect(await (await fetch(`${service.origin}/metrics`)).text()).toContain('\nanalytics_cache_away 1\n');
    await redisLink.mend();
    await waitFor(async () => !(await isAway()), { what: 'Redis to be back', timeoutMs: 30_000 });
  });
});
