import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tell } from '../../test/harness/machine/progress';
import { startChild } from './child';
import type { SubscriberProcesses } from './subscriber-processes';
import { addressOf, broadcasts, nothing } from './messages';
import type { Options } from './options';
import type { Measurement } from './results';
import { toMeasurement, WARM_UP_MS } from './service-measurement';
import type { Deployment } from './deployment';
import { watch } from './window';

/** As many subscribers of a server that does nothing but broadcast. @param sample a message of the service's */
export async function measureBare(
  { worker }: Deployment,
  subscriberProcesses: SubscriberProcesses,
  { subscribers, seconds }: Options,
  sample: string,
): Promise<Measurement> {
  const name = 'bare ws broadcast, 4 a second';
  const server = startChild({ name: 'bare server', script: path.join(__dirname, 'bare-server.ts') });
  try {
    const { url } = await server.ask('address', addressOf);
    await server.ask('resemble', nothing, { sample });
    tell(`${name}: ${subscribers} subscribers connect …`);
    await subscriberProcesses.connect({
      url,
      token: '',
      events: ['any'],
      sockets: subscribers,
      awaitsFirst: true,
    });
    await server.ask('start', nothing);
    await sleep(WARM_UP_MS);
    tell(`${name}: for ${seconds} s …`);
    const window = await watch(server, worker, subscriberProcesses, seconds);
    await server.ask('stop', nothing);
    const made = await server.ask('broadcasts', broadcasts);
    await subscriberProcesses.untilAllHave([made.first + made.at.length - 1], WARM_UP_MS + seconds * 1_000);
    const report = await subscriberProcesses.report({ from: window.from, to: window.to, made: [made] });
    if (report.failed > 0) throw new Error(`${name}: ${report.failed} subscribers were lost.`);
    await subscriberProcesses.disconnect();
    return { ...toMeasurement(name, subscribers, window, report), toldPerSecond: null };
  } finally {
    await server.end();
  }
}
