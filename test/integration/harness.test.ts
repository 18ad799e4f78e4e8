import { Redis } from 'ioredis';
import { type EachMessagePayload, Partitioners } from 'kafkajs';
import { Client } from 'pg';
import { addresses } from '../harness/addresses';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../harness/isolation';
import { quietKafka } from '../harness/servers/kafka';
import { waitFor } from '../harness/wait-for';

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

describe('the PostgreSQL of the tests', () => {
  it('answers', async () => {
    expect(await ask(addresses().databaseUrl, 'SELECT version()')).toMatch(/^PostgreSQL \d+/);
  });

  it('gives every test an empty database of its own, and drops it under connections that are still open', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    await ask(one.url, 'CREATE TABLE thing (id int)');
    expect(await ask(other.url, `SELECT to_regclass('thing')`)).toBeNull();

    const lingering = new Client({ connectionString: one.url });
    const cutOff = new Promise((resolve) => lingering.on('error', resolve));
    await lingering.connect();
    await one.drop();
    expect(await cutOff).toBeInstanceOf(Error);
    await expect(ask(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
    await other.drop();
  });
});

describe('the Redis of the tests', () => {
  it('answers', async () => {
    const redis = new Redis(addresses().redisUrl);
    expect(await redis.info('server')).toContain('redis_version:');
    redis.disconnect();
  });

  it('gives every test an empty database of its own', async () => {
    const owns = [await freshRedis(), await freshRedis()] as const;
    const [one, other] = [new Redis(owns[0].url), new Redis(owns[1].url)];
    await one.set('key', 'value');
    expect(await other.dbsize()).toBe(0);

    await owns[0].drop();
    expect(await one.dbsize()).toBe(0);
    one.disconnect();
    other.disconnect();
  });
});

describe('the broker of the tests', () => {
  const FIVE_MEBIBYTES = 5 * 1024 * 1024;

  it('hands a group what was produced, large messages too', async () => {
    const kafka = quietKafka(addresses().kafkaBrokers);
    const topic = `${freshTopicPrefix()}round-trip`;
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const consumer = kafka.consumer({ groupId: topic });
    const received: EachMessagePayload[] = [];
    try {
      await producer.connect();
      await producer.send({
        topic,
        messages: [
          { key: 'small', value: '한글' },
          { key: 'large', value: Buffer.alloc(FIVE_MEBIBYTES, 'x') },
        ],
      });
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: (payload) => {
          received.push(payload);
          return Promise.resolve();
        },
      });
      await waitFor(() => received.length >= 2, { what: 'both messages', timeoutMs: 30_000 });
    } finally {
      await consumer.disconnect();
      await producer.disconnect();
    }
    const values = new Map(received.map(({ message }) => [String(message.key), message.value]));
    expect(String(values.get('small'))).toBe('한글');
    expect(values.get('large')).toHaveLength(FIVE_MEBIBYTES);
  });
});
