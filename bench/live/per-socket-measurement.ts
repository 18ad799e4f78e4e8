import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tell } from '../../test/harness/machine/progress';
import { startChild } from './child';
import type { SubscriberProcesses } from './subscriber-processes';
import { addressOf } from './messages';
import type { Options } from './options';
import { openPublisher } from './published';
import { openRegistrations } from './registrations';
import type { Measurement } from './results';
import { toMeasurement } from './service-measurement';
import type { Deployment } from './deployment';
import { watch } from './window';

/** Shorter than that of the others: it falls behind from the first second on, and would be measured further behind. */
const SHORT_WARM_UP_MS = 3_000;

/**
 * Enough to keep it busy with nothing else: more sockets add no messages, they only make it stand still for longer.
 * With a message for each registration so many have been seen to stop an event loop.
 */
const MOST_SOCKETS = { read: 1_000, published: 300 } as const;
/** It does not get any better with time, and what it owes piles up. */
const MOST_SECONDS = 10;

/**
 * The plain way: one execution for each socket and message.
 *
 * @param values `read`: the same published change through Redis that the gateway gets, and each execution reads the
 *   database; `published`: a message for each registration that carries the whole value, and nothing is read
 */
export async function measurePerSocket(
  deployment: Deployment,
  subscriberProcesses: SubscriberProcesses,
  options: Options,
  values: 'read' | 'published',
): Promise<Measurement> {
  const sockets = Math.min(options.subscribers, MOST_SOCKETS[values]);
  const seconds = Math.min(options.seconds, MOST_SECONDS);
  const name = `one execution per socket, values ${values}`;
  const events = await deployment.createEvents(1);
  const server = startChild({
    name: 'per-socket server',
    script: path.join(__dirname, 'per-socket-server.ts'),
    env: { REDIS_URL: deployment.redisUrl, DATABASE_URL: deployment.databaseUrl, VALUES: values },
  });
  try {
    const { url } = await server.ask('address', addressOf);
    tell(`${name}: ${sockets} subscribers connect …`);
    await subscriberProcesses.connect({ url, token: '', events: [...events], sockets, awaitsFirst: false });
    tell(`${name}: ${options.rate} registrations a second for ${seconds} s …`);
    const source =
      values === 'read'
        ? await openRegistrations(deployment.brokers, deployment.registrationsTopic, events)
        : openPublisher(deployment.redisUrl, events);
    source.start(options.rate);
    await sleep(SHORT_WARM_UP_MS);
    const window = await watch(server, deployment.worker, subscriberProcesses, seconds);
    await source.stop();
    const report = await subscriberProcesses.report({
      from: window.from,
      to: window.to,
      made: source.made(),
    });
    await subscriberProcesses.disconnect();
    return toMeasurement(name, sockets, window, report);
  } finally {
    await server.end();
  }
}
