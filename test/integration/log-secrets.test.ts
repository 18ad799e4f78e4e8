import { connect } from 'node:net';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { Pool } from 'pg';
import { createLogger } from '../../src/observability/log';
import { addresses } from '../harness/addresses';

const SECRET = 'hunter2';

/** What the clients that we use really throw, each of which carries its connection along. */
describe('the log of a lost connection', () => {
  function logged(error: unknown): string {
    const lines: string[] = [];
    const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
    log.warn({ err: error }, 'lost');
    log.warn({ failure: error }, 'lost');
    log.warn(error as object, 'lost');
    return lines.join('');
  }

  it('to PostgreSQL has neither its password nor its secret key', async () => {
    const url = new URL(addresses().databaseUrl);
    url.password = SECRET;
    const pool = new Pool({ connectionString: url.href, max: 2 });
    const [idle, other] = await Promise.all([pool.connect(), pool.connect()]);
    const secretKey: unknown = Reflect.get(idle, 'secretKey');
    const processId: unknown = Reflect.get(idle, 'processID');
    idle.release();
    const lost = once(pool, 'error');
    await other.query('SELECT pg_terminate_backend($1::int)', [processId]);
    const [error] = (await lost) as [Error];
    other.release();
    await pool.end();

    // What is to be kept out is there.
    expect(error).toHaveProperty('client');
    expect(secretKey).toEqual(expect.any(Number));
    const text = logged(error);
    expect(text).toContain('57P01');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(String(secretKey));
    expect(text.length).toBeLessThan(6_000);
  });

  it('to Redis has not the password that was refused', async () => {
    const redis = new Redis(addresses().redisUrl, { lazyConnect: true });
    await redis.connect();
    const error: unknown = await redis.auth(SECRET).catch((refusal: unknown) => refusal);
    redis.disconnect();
    expect(JSON.stringify(error)).toContain(SECRET);
    const text = logged(error);
    expect(text).toContain('AUTH');
    expect(text).not.toContain(SECRET);
  });

  it('to Kafka has not what was to sign in with', async () => {
    const kafka = new Kafka({
      clientId: 'tests',
      brokers: [...addresses().kafkaBrokers],
      logLevel: logLevel.NOTHING,
      sasl: { mechanism: 'plain', username: 'me', password: SECRET },
      retry: { retries: 0 },
    });
    const admin = kafka.admin();
    const error: unknown = await admin.connect().catch((refusal: unknown) => refusal);
    await admin.disconnect().catch(() => undefined);
    expect(error).toBeInstanceOf(Error);
    expect(logged(error)).not.toContain(SECRET);
  });

  it('to a name of several addresses says of each why', async () => {
    const socket = connect({ port: 1, host: 'localhost', autoSelectFamily: true });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(logged(error)).toContain('ECONNREFUSED');
  });
});
