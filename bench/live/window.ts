import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './child';
import type { SubscriberProcesses } from './subscriber-processes';
import { nothing, type Usage, usage } from './messages';
import { now } from './now';
import { processorTime } from './processor-time';

/** The time in which is measured, and what the processes used in it. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly server: Usage | null;
  readonly subscribersUsage: Usage;
  readonly worker: Usage;
  readonly ownCores: number;
  readonly otherCores: number;
}

/** A server whose event loop is stuck does not answer; it is not waited for longer than this. */
const ANSWER_MS = 10_000;

/** Lets things run for so long, and watches. */
export async function watch(
  server: Child,
  worker: Child,
  subscriberProcesses: SubscriberProcesses,
  seconds: number,
): Promise<Window> {
  await Promise.all([
    server.ask('probe.reset', nothing, null, ANSWER_MS).catch(() => null),
    subscriberProcesses.resetUsage(),
    worker.ask('probe.reset', nothing),
  ]);
  const before = processorTime();
  const from = now();
  await sleep(seconds * 1_000);
  const to = now();
  const after = processorTime();
  const [serverUsage, workerUsage, subscribersUsage] = await Promise.all([
    server.ask('probe.report', usage, null, ANSWER_MS).catch(() => null),
    worker.ask('probe.report', usage),
    subscriberProcesses.usage(),
  ]);
  const ownCores = (after.ours - before.ours) / seconds;
  const otherCores = (after.machine - before.machine) / seconds - ownCores;
  return {
    from,
    to,
    server: serverUsage,
    worker: workerUsage,
    subscribersUsage,
    ownCores,
    otherCores,
  };
}
