import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { SERVICE } from '../../src/gateway/execute';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { openPostgres } from '../../src/database/postgres';
import { systemClock } from '../../src/runtime/clock';
import { buildSchema } from '../../src/resolvers/build-schema';
import { readFactsOver } from '../../src/database/facts/read-facts';
import { createContext, type OperationContext } from '../../src/resolvers/context';
import { answerParent } from './answering';

/**
 * The plain way of live values, as the documentation of graphql-redis-subscriptions shows it: every socket has an
 * iterator of its own over Redis, and every message is one execution of the operation for each socket.
 *
 * With `values: published` a message carries the whole value, and executing reads nothing. With `values: read` it
 * only says that something has changed, as ours do, and each execution reads the values from the database.
 */
const plan = z
  .object({ REDIS_URL: z.string(), DATABASE_URL: z.string(), VALUES: z.enum(['published', 'read']) })
  .parse(process.env);

const isRead = plan.VALUES === 'read';
const calendar = createBusinessCalendar('Asia/Seoul');
const schema = buildSchema();
const pubsub = new RedisPubSub({
  publisher: new Redis(plan.REDIS_URL),
  subscriber: new Redis(plan.REDIS_URL),
});

async function start(): Promise<number> {
  const database = await openPostgres({
    url: plan.DATABASE_URL,
    poolSize: 10,
    onAway: (reason) => console.error(reason),
  });
  /** A loader keeps what it has loaded: every execution needs its own. */
  const freshContext = (): OperationContext => {
    const now = systemClock.now();
    return createContext({
      viewer: SERVICE,
      now,
      clock: systemClock,
      calendar,
      sql: database,
      readFacts: readFactsOver(database),
      industryRefreshMs: 300_000,
      yieldToLoop: () => Promise.resolve(),
      canContinue: () => true,
      close: () => Promise.resolve(),
    });
  };
  const field = schema.getSubscriptionType()?.getFields()['participantCount'];
  const compute = field?.resolve;
  if (field === undefined || compute === undefined) throw new Error('There is no participantCount to watch.');
  field.subscribe = (_root, { eventId }: { eventId: string }) =>
    pubsub.asyncIterableIterator((isRead ? 'analytics:changed:' : 'published:') + eventId);
  field.resolve = (published, args: { eventId: string }, _context, info) =>
    isRead ? compute({ eventId: args.eventId }, args, freshContext(), info) : published;

  const http = createServer();
  const sockets = new WebSocketServer({ server: http, path: '/graphql', perMessageDeflate: false });
  useServer({ schema }, sockets);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', 511, resolve));
  return (http.address() as AddressInfo).port;
}

const port = start();
answerParent({ address: async () => ({ url: `ws://127.0.0.1:${await port}/graphql` }) });
