import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tell } from '../../test/harness/machine/progress';
import { startChild } from './child';
import type { Crowd } from './crowd';
import { addressOf, broadcasts, nothing } from './messages';
import type { Options } from './options';
import type { Measurement } from './results';
import { toMeasurement, WARM_UP_MS } from './service-measurement';
import type { Stage } from './stage';
import { watch } from './window';

/** As many subscribers of a server that does nothing but broadcast. @param sample a message of the service's */
export async function measureBare(
  { worker }: Stage,
  crowd: Crowd,
  { subscribers, seconds }: Options,
  sample: string,
): Promise<Measurement> {
  const name = 'bare ws broadcast, 4 a second';
  const server = startChild({ name: 'bare server', script: path.join(__dirname, 'bare-server.ts') });
  try {
    const { url } = await server.ask('address', addressOf);
    await server.ask('resemble', nothing, { sample });
    tell(`${name}: ${subscribers} subscribers connect …`);
    await crowd.connect({ url, token: '', events: ['any'], sockets: subscribers, awaitsFirst: true });
    await server.ask('start', nothing);
    await sleep(WARM_UP_MS);
    tell(`${name}: for ${seconds} s …`);
    const window = await watch(server, worker, crowd, seconds);
    await server.ask('stop', nothing);
    const made = await server.ask('broadcasts', broadcasts);
    await crowd.untilAllHave([made.first + made.at.length - 1], WARM_UP_MS + seconds * 1_000);
    const report = await crowd.report({ from: window.from, to: window.to, made: [made] });
    if (report.failed > 0) throw new Error(`${name}: ${report.failed} subscribers were lost.`);
    await crowd.disconnect();
    return { ...toMeasurement(name, subscribers, window, report), toldPerSecond: null };
  } finally {
    await server.end();
  }
}
