import { setTimeout as sleep } from 'node:timers/promises';
import { tell } from '../../test/harness/machine/progress';
import type { SubscriberProcesses, SubscriberReport } from './subscriber-processes';
import type { Options } from './options';
import { openRegistrations } from './registrations';
import { type Measurement, quantiles } from './results';
import type { Deployment } from './deployment';
import { toLine } from './table';
import { watch, type Window } from './window';

/** Until the virtual machines of JavaScript and Java have compiled the code: compiling takes cores. */
export const WARM_UP_MS = 10_000;
/** Long enough for the slowest subscriber to receive the last value. */
const CATCH_UP_MS = 60_000;

/** What a measurement yields, and a message as the subscribers received it. */
export interface Measured {
  readonly measurement: Measurement;
  readonly sample: string;
}

/**
 * Subscribers of the service itself, while registrations come in through Kafka.
 * @throws Error when a subscriber fails, sees a count go back, or does not end on the exact final count
 */
export async function measureService(
  deployment: Deployment,
  subscriberProcesses: SubscriberProcesses,
  { subscribers, seconds, rate }: Options,
  howManyEvents: number,
): Promise<Measured> {
  const name = howManyEvents === 1 ? 'this service, one event' : `this service, ${howManyEvents} events`;
  const events = await deployment.createEvents(howManyEvents);
  tell(`${name}: ${subscribers} subscribers connect …`);
  await subscriberProcesses.connect({
    url: deployment.url,
    token: deployment.token,
    events: [...events],
    sockets: subscribers,
    awaitsFirst: true,
  });
  tell(`${name}: ${rate} registrations a second for ${seconds} s …`);
  const registrations = await openRegistrations(deployment.brokers, deployment.registrationsTopic, events);
  registrations.start(rate);
  await sleep(WARM_UP_MS);
  const window = await watch(deployment.gateway, deployment.worker, subscriberProcesses, seconds);
  await registrations.stop();
  await subscriberProcesses.untilAllHave(registrations.counts(), CATCH_UP_MS);
  tell(`${name}: every subscriber has the exact final count`);
  const report = await subscriberProcesses.report({
    from: window.from,
    to: window.to,
    made: registrations.made(),
  });
  if (report.failed > 0) throw new Error(`${name}: ${report.failed} subscribers were lost.`);
  if (report.wentBack > 0) throw new Error(`${name}: ${report.wentBack} times a count went back.`);
  await subscriberProcesses.disconnect();
  return { measurement: toMeasurement(name, subscribers, window, report), sample: report.sample };
}

/** A window's measurements, for the progress output. */
export function toMeasurement(
  name: string,
  subscribers: number,
  { from, to, server, worker, subscribersUsage, ownCores, otherCores }: Window,
  report: SubscriberReport,
): Measurement {
  const seconds = (to - from) / 1_000;
  const measurement: Measurement = {
    name,
    subscribers,
    seconds,
    delivered: report.delivered,
    deliveredPerSecond: report.delivered / seconds,
    toldPerSecond: report.told / seconds,
    freshnessMs: quantiles(report.freshness),
    perRegistrationMs: quantiles(report.perRegistration),
    server,
    worker,
    subscribersUsage,
    ownCores,
    otherCores,
  };
  tell(toLine(measurement));
  return measurement;
}
