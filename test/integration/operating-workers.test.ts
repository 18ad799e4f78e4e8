import {
  OwnFiguresDocument,
  ReplayDeadLetterDocument,
  WorkersFiguresDocument,
} from '../../src/generated/test-operations';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { freshDatabase, freshRedis, type Own } from '../harness/isolation';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { ask } from '../harness/operations/client';
import { type RealService, startRealService } from '../harness/real-service';
import { waitFor } from '../harness/wait-for';

describe('of what all workers do, an admin', () => {
  let own: Own;
  let redis: Own;
  let link: BreakableLink;
  let redisLink: BreakableLink;
  let service: RealService;
  beforeAll(async () => {
    own = await freshDatabase();
    redis = await freshRedis();
    link = await linkTo(own.url);
    redisLink = await linkTo(redis.url);
    service = await startRealService({ env: { DATABASE_URL: link.url, REDIS_URL: redisLink.url } });
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
