import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startService } from '../composition';
import { vocabulary } from '../composition/vocabulary';
import { loadDemoConfig } from '../config';
import { createLifecycle } from '../lifecycle';
import { createLogger } from '../observability/log';
import { createEmbeddedSink } from '../messaging/sink/embedded';
import type { MessageSink } from '../messaging/sink/sink';
import { developmentToken } from './development-token';
import { CommandError, fail } from './fail';
import { type DemoScenario, createDemoScenario } from './simulator/demo-scenario';

const HELP = `Usage: npm run demo [-- --seed <number>]

Starts the whole service in one process, with nothing but Node. Its data: a shop with past events and a running one, whose
participants keep arriving. Ctrl+C stops it.

  --seed <number>  selects another scenario, the same for the same number (default 20251022)

Reads PORT, HOST, DATA_DIR, JWT_SECRET, BUSINESS_TIME_ZONE and LOG_LEVEL from the environment. It uses no servers: the
demo's data is in DATA_DIR/demo, and is created anew at every start.`;

/** The average time between registrations, and the time between measurements of views. */
const REGISTRATION_EVERY_MS = 700;
const MEASUREMENT_EVERY_MS = 30_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string', default: '20251022' }, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(HELP);
  if (!/^\d{1,9}$/.test(values.seed)) throw new CommandError('--seed: a whole number of at most nine digits');

  const config = loadDemoConfig(vocabulary);
  const log = createLogger({ level: config.logLevel });
  const lifecycle = createLifecycle({ timeoutMs: config.shutdownTimeoutMs, log });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void lifecycle.stop().then(() => process.exit(0)));
  }
  if (config.database.kind === 'embedded') rmSync(config.database.folder, { recursive: true, force: true });
  const service = await startService(config, { lifecycle, log });
  if (service.embeddedSource === undefined || config.gateway === undefined)
    throw new Error('The demo needs both roles and the embedded source.');

  console.log('Creating the data of the demo …');
  const scenario = createDemoScenario(Number(values.seed), Date.now());
  const sink = createEmbeddedSink(service.embeddedSource);
  await sink.send(scenario.past);
  lifecycle.markReady();
  const token = developmentToken(config.gateway.token, service.developmentKey, service.clock.now());
  console.log(describeDemo(`http://localhost:${service.port}`, config.http.basePath, scenario, token));
  await sendContinually(sink, scenario, () => lifecycle.status === 'ready');
}

async function sendContinually(
  sink: MessageSink,
  scenario: DemoScenario,
  isRunning: () => boolean,
): Promise<void> {
  let measuredAt = Date.now();
  while (isRunning()) {
    await sleep(REGISTRATION_EVERY_MS * (0.3 + Math.random() * 1.4));
    if (!isRunning()) return;
    const now = Date.now();
    const isMeasured = now - measuredAt > MEASUREMENT_EVERY_MS;
    if (isMeasured) measuredAt = now;
    const measurements = isMeasured ? scenario.nextMeasurements(now) : [];
    await sink.send([...scenario.nextParticipant(now), ...measurements]);
  }
}

function describeDemo(origin: string, basePath: string, { running }: DemoScenario, token: string): string {
  const { eventId, storeId, title } = running;
  return `
The demo is running. Participants of 「${title}」 keep arriving.

  event    ${eventId}
  store    ${storeId}
  token    ${token}

Open the shop's events, signed in:

  ${origin}/stores/${storeId}#token=${token}

Query its dashboard:

  curl -s -H "Authorization: Bearer ${token}" ${origin}${basePath}/events/${eventId}/analytics

Open the contract and try it:        ${origin}${basePath}/docs
GraphQL (POST, the same token):      ${origin}/graphql

Ctrl+C stops it.
`;
}

main().catch(fail);
