import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { WatchCountDocument, type WatchCountSubscription } from '../../src/generated/test-operations';
import type { Instant } from '../../src/domain/values';
import { addresses } from '../harness/addresses';
import { freshDatabase, freshRedis, freshTopicPrefix } from '../harness/isolation';
import { openSseClient, openWebSocketClient } from '../harness/live/clients';
import { watch } from '../harness/live/watching';
import { freePort } from '../harness/machine/ports';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { signToken } from '../harness/service';
import { openTopics } from '../harness/topics';
import { waitFor } from '../harness/wait-for';

const MAIN = path.resolve(__dirname, '../../dist/main.js');
const REGISTRATIONS = 4_000;
const SUBSCRIBERS = 40;

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve));

describe('two gateways and two workers', () => {
  it('bring every subscriber to the exact count, which never goes back', async () => {
    const [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
    const prefix = freshTopicPrefix();
    const { kafkaBrokers } = addresses();
    const children: ChildProcess[] = [];
    const start = (env: NodeJS.ProcessEnv): void =>
      void children.push(
        spawn(process.execPath, [MAIN], {
          env: {
            ...process.env,
            NODE_ENV: 'test',
            HOST: '127.0.0.1',
            LOG_LEVEL: 'error',
            JWT_SECRET: 'a secret of the tests, long enough for HS256',
            DATABASE_URL: database.url,
            REDIS_URL: redis.url,
            KAFKA_BROKERS: kafkaBrokers.join(','),
            KAFKA_TOPIC_PREFIX: prefix,
            KAFKA_GROUP_ID: prefix,
            ...env,
          },
          stdio: ['ignore', 'ignore', 'inherit'],
        }),
      );
    const ports = [await freePort(), await freePort()];
    for (const port of ports) start({ ROLES: 'gateway', PORT: String(port) });
    for (let worker = 0; worker < 2; worker += 1) start({ ROLES: 'worker', PORT: '0' });
    const origins = ports.map((port) => `http://127.0.0.1:${port}`);
    const topics = await openTopics(kafkaBrokers, prefix);
    const clients: { dispose(): void }[] = [];
    const token = signToken(Date.now() as Instant);
    const bearer = { authorization: `Bearer ${token}` };
    const body = async (origin: string, eventId: string) =>
      fetch(`${origin}/api/events/${eventId}/analytics`, { headers: bearer });
    try {
      const ids = newEvent();
      const { eventId } = ids;
      await waitFor(
        async () => (await topics.kafka.admin().listTopics()).includes(`${prefix}participant.registered`),
        { what: 'a worker to make its topics', timeoutMs: 60_000 },
      );
      await topics.send('event.created', [eventCreated(ids)], { key: eventId });
      for (const origin of origins) {
        await waitFor(async () => (await body(origin, eventId)).status === 200, {
          what: 'the event',
          timeoutMs: 60_000,
          everyMs: 200,
        });
      }
      const watchings = Array.from({ length: SUBSCRIBERS }, (_, index) => {
        const origin = origins[index % 2]!;
        const client =
          index % 4 < 2 ? openWebSocketClient(origin, { token }) : openSseClient(origin, { token });
        clients.push(client);
        return watch<WatchCountSubscription, { eventId: string; afterVersion: null }>(
          client,
          WatchCountDocument,
          { eventId, afterVersion: null },
        );
      });
      for (const each of watchings) await each.until(() => true, 'the first value', 20_000);

      for (let sent = 0; sent < REGISTRATIONS; sent += 100) {
        const people = Array.from({ length: 100 }, () => participantRegistered(eventId));
        // Without a key they are spread over all partitions, so that both workers count.
        await topics.send('participant.registered', people);
      }
      for (const each of watchings) {
        await each.until(
          ({ participantCount }) => participantCount.count === REGISTRATIONS,
          'the last count',
          60_000,
        );
      }
      for (const origin of origins) {
        await waitFor(
          async () => {
            const text = await (await body(origin, eventId)).text();
            return text.includes(`"totalParticipants":{"count":${REGISTRATIONS},`);
          },
          { what: 'REST to show it', timeoutMs: 1_000 },
        );
      }
      for (const { values, errors } of watchings) {
        expect(errors).toEqual([]);
        const seen = values.map(({ participantCount: { version, count } }) => ({ version, count }));
        expect(seen).toEqual([...seen].sort((one, other) => one.version - other.version));
        expect(seen).toEqual([...seen].sort((one, other) => one.count - other.count));
        expect(seen.at(-1)?.count).toBe(REGISTRATIONS);
      }
    } finally {
      for (const client of clients) client.dispose();
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(children.map(ended));
      await topics.close();
      await Promise.all([database.drop(), redis.drop()]);
    }
  }, 240_000);
});
