import { setTimeout as pause } from 'node:timers/promises';
import { untilConnected } from '../harness/connected';
import { type ServiceProcess, startProcess } from '../harness/contract/service-process';
import { freshDatabase, freshRedis, freshTopicPrefix, type Own } from '../harness/isolation';
import { seededRandom } from '../harness/seeded';
import { createKafka, quietKafka } from '../harness/servers/kafka';
import type { Server } from '../harness/servers/server';
import { TEST_SECRET } from '../harness/service';
import { waitFor } from '../harness/wait-for';

jest.setTimeout(480_000);

/** Of SHUTDOWN_TIMEOUT_SECONDS, when it is left out. */
const LIMIT_MS = 10_000;
const MOMENTS = 7;

describe('a process that is told to stop', () => {
  let kafka: Server;
  const started: ServiceProcess[] = [];
  const own: Own[] = [];
  beforeAll(async () => {
    kafka = await createKafka();
    await kafka.start();
  });
  afterEach(async () => {
    kafka.thaw();
    await Promise.all(started.splice(0).map((service) => service.terminate('SIGKILL')));
    await Promise.all(own.splice(0).map((each) => each.drop()));
  });
  afterAll(() => kafka.remove());

  async function start() {
    const [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
    own.push(database, redis);
    const prefix = freshTopicPrefix();
    const groupId = `${prefix}workers`;
    const service = startProcess({
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      KAFKA_BROKERS: kafka.url,
      KAFKA_TOPIC_PREFIX: prefix,
      KAFKA_GROUP_ID: groupId,
      JWT_SECRET: TEST_SECRET,
    });
    started.push(service);
    await untilConnected(service, database.url);
    return { service, groupId };
  }

  async function untilJoined(groupId: string): Promise<void> {
    const admin = quietKafka([kafka.url]).admin();
    await admin.connect();
    const isStable = async () => (await admin.describeGroups([groupId])).groups[0]?.state === 'Stable';
    await waitFor(isStable, { what: 'the worker to join its group', timeoutMs: 60_000 });
    await admin.disconnect();
  }

  async function expectOrderlyEnd(service: ServiceProcess): Promise<void> {
    const told = performance.now();
    const code = await service.terminate();
    if (code !== 0) throw new Error(`It ended with ${code}:\n${service.said()}`);
    expect(performance.now() - told).toBeLessThan(LIMIT_MS);
    expect(service.said()).not.toContain('could not start');
  }

  it('while it starts and joins its group does so, whatever it is at', async () => {
    const random = seededRandom('told to stop while starting');
    const undisturbed = await start();
    const connected = performance.now();
    await undisturbed.service.ready();
    await untilJoined(undisturbed.groupId);
    const windowMs = performance.now() - connected;
    await expectOrderlyEnd(undisturbed.service);

    for (let moment = 0; moment < MOMENTS; moment += 1) {
      const { service } = await start();
      await pause(((moment + random.next()) / MOMENTS) * windowMs);
      await expectOrderlyEnd(service);
    }
  });

  it('while a broker hangs that it was to join the group at does so', async () => {
    kafka.freeze();
    const { service } = await start();
    await pause(3_000);
    await expectOrderlyEnd(service);
  });

  it('while a broker hangs that it has worked with does so', async () => {
    const { service, groupId } = await start();
    await service.ready();
    await untilJoined(groupId);
    kafka.freeze();
    await pause(3_000);
    await expectOrderlyEnd(service);
  });
});
