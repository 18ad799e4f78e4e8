import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { addresses } from '../harness/addresses';
import { freshDatabase, freshRedis, freshTopicPrefix, type Own } from '../harness/isolation';
import { newEvent, participantRegistered } from '../harness/messages';
import { untilCounted } from '../harness/real-service';
import { untilAllApplied } from '../harness/until-applied';
import { createPostgres } from '../harness/servers/postgres';
import { createKafka } from '../harness/servers/kafka';
import type { Server } from '../harness/servers/server';
import { startTestService } from '../harness/service';
import { openTopics } from '../harness/topics';
import { waitFor } from '../harness/wait-for';

const MAIN = path.resolve(__dirname, '../../dist/main.js');

/** Workers as processes of their own, so that they can be killed like the machine they run on. */
function startWorker(env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [MAIN], {
    env: { ...process.env, ...env, ROLES: 'worker', PORT: '0', NODE_ENV: 'test', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}

describe('when parts fail', () => {
  let redis: Own;

  beforeAll(async () => {
    redis = await freshRedis();
  });

  afterAll(() => redis.drop());

  it('loses nothing and counts nothing twice when workers are killed again and again', async () => {
    const database = await freshDatabase();
    const prefix = freshTopicPrefix();
    const { kafkaBrokers } = addresses();
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      KAFKA_BROKERS: kafkaBrokers.join(','),
      KAFKA_TOPIC_PREFIX: prefix,
      KAFKA_GROUP_ID: prefix,
    };
    const topics = await openTopics(kafkaBrokers, prefix);
    const reader = await startTestService({ env: { ...env, ROLES: 'gateway' } });
    const events = Array.from({ length: 4 }, newEvent);
    const total = 40_000;
    let sent = 0;
    const countedInAll = async (): Promise<number> => {
      const rows = await reader.database.prisma.eventCounts.findMany();
      return rows.reduce((sum, { participants }) => sum + Number(participants), 0);
    };
    const workers = [startWorker(env), startWorker(env)];
    try {
      await waitFor(
        async () => (await topics.kafka.admin().listTopics()).includes(`${prefix}participant.registered`),
        {
          what: 'a worker to make its topics',
          timeoutMs: 30_000,
        },
      );
      for (let round = 0; sent < total; round += 1) {
        for (const { eventId } of events) {
          const messages = Array.from({ length: 1_000 }, () => participantRegistered(eventId));
          // Every tenth is sent twice, as a producer does that got no answer.
          await topics.send('participant.registered', [...messages, ...messages.slice(0, 100)], {
            key: eventId,
          });
          sent += messages.length;
        }
        // While there is work: a worker that is killed before it has begun loses nothing anyway.
        const before = await countedInAll();
        await waitFor(async () => (await countedInAll()) > before || before === sent, {
          what: 'a worker to count some of what was sent',
          timeoutMs: 60_000,
        });
        const victim = workers.shift()!;
        victim.kill('SIGKILL');
        await ended(victim);
        workers.push(startWorker(env));
      }
      // What was sent twice is at the end, too: until that is dealt with, nothing says that it is not counted again.
      await untilAllApplied(topics, reader.database, 'participant.registered');
      for (const { eventId } of events) await untilCounted(reader, eventId, total / events.length, 90_000);
    } finally {
      for (const worker of workers) worker.kill('SIGKILL');
      await Promise.all(workers.map(ended));
      await topics.close();
      await reader.stop();
      await database.drop();
    }
  }, 240_000);

  describe('the database', () => {
    let postgres: Server;

    beforeAll(async () => {
      postgres = await createPostgres();
      await postgres.start();
    });

    afterAll(() => postgres.remove());

    it('is waited for: what is sent during the outage is counted once it is back, and nothing becomes a dead letter', async () => {
      const database = await freshDatabase(postgres.url);
      const prefix = freshTopicPrefix();
      const { kafkaBrokers } = addresses();
      const service = await startTestService({
        env: {
          DATABASE_URL: database.url,
          REDIS_URL: redis.url,
          KAFKA_BROKERS: kafkaBrokers.join(','),
          KAFKA_TOPIC_PREFIX: prefix,
          KAFKA_GROUP_ID: prefix,
        },
      });
      const topics = await openTopics(kafkaBrokers, prefix);
      const { eventId } = newEvent();
      const send = (count: number) =>
        topics.send(
          'participant.registered',
          Array.from({ length: count }, () => participantRegistered(eventId)),
          { key: eventId },
        );
      try {
        await waitFor(async () => (await service.lifecycle.readiness()).ready, {
          what: 'readiness',
          timeoutMs: 30_000,
        });
        await send(10);
        await untilCounted(service, eventId, 10);

        await postgres.kill();
        await send(25);
        const readiness = await waitFor(
          async () => {
            const report = await service.lifecycle.readiness();
            return !report.ready && report;
          },
          { what: 'the service to say that it is not ready', timeoutMs: 15_000 },
        );
        expect(readiness.parts).toContainEqual({ name: 'database', ready: false });
        const failing = await fetch(`${service.origin}/api/events/${eventId}/analytics`, {
          headers: { authorization: `Bearer ${service.token()}` },
        });
        expect(failing.status).toBe(500);
        expect(await failing.json()).toMatchObject({ error: 'INTERNAL_SERVER_ERROR' });

        await postgres.start();
        await untilCounted(service, eventId, 35, 60_000);
        const admin = topics.kafka.admin();
        await admin.connect();
        const letters = await admin.fetchTopicOffsets(`${prefix}participant.registered.dlq`);
        await admin.disconnect();
        expect(letters.every(({ high }) => high === '0')).toBe(true);
      } finally {
        await topics.close();
        await service.stop();
      }
    }, 180_000);
  });

  describe('the broker', () => {
    let kafka: Server;

    beforeAll(async () => {
      kafka = await createKafka();
    });

    afterAll(() => kafka.remove());

    it('may come later than the service, and may go and come back', async () => {
      const database = await freshDatabase();
      const service = await startTestService({
        env: { DATABASE_URL: database.url, REDIS_URL: redis.url, KAFKA_BROKERS: kafka.url },
      });
      const isReady = async (): Promise<boolean> => (await service.lifecycle.readiness()).ready;
      const { eventId } = newEvent();
      try {
        expect((await fetch(`${service.origin}/api/health`)).status).toBe(200);
        expect(await isReady()).toBe(false);

        await kafka.start();
        await waitFor(isReady, { what: 'the consumer to find the broker', timeoutMs: 60_000 });
        const topics = await openTopics([kafka.url], '');
        await topics.send('participant.registered', [participantRegistered(eventId)], { key: eventId });
        await untilCounted(service, eventId, 1);
        await topics.close();

        await kafka.kill();
        await kafka.start();
        const again = await openTopics([kafka.url], '');
        await again.send('participant.registered', [participantRegistered(eventId)], { key: eventId });
        await untilCounted(service, eventId, 2, 90_000);
        await again.close();
      } finally {
        await service.stop();
        await database.drop();
      }
    }, 240_000);
  });
});
