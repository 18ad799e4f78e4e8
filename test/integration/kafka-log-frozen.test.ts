import { createLogReader } from '../../src/messaging/source/kafka-log';
import { createKafka, quietKafka } from '../harness/servers/kafka';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';
import { createTopics } from '../harness/topics';

describe('the log reader and a broker that was frozen when it was first asked', () => {
  let broker: Server;
  beforeAll(async () => {
    broker = await createKafka();
    await broker.start();
  });
  afterAll(() => broker.remove(), 60_000);

  it('reaches it once it goes on', async () => {
    const kafka = quietKafka([broker.url]);
    const admin = kafka.admin();
    await admin.connect();
    await createTopics(admin, [{ topic: 'log', numPartitions: 1 }]);
    await admin.disconnect();

    const reader = createLogReader(kafka);
    broker.freeze();
    await expect(reader.watermarks('log')).rejects.toThrow();
    broker.thaw();
    await waitFor(async () => (await reader.watermarks('log')).get(0)?.end === 0n, {
      what: 'the log to be read',
      timeoutMs: 30_000,
    });
    await reader.close();
  }, 180_000);
});
