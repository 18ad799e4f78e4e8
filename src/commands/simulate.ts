import { parseArgs } from 'node:util';
import { vocabulary } from '../composition/vocabulary';
import { loadCommandConfig } from '../config';
import { hasOwnPrivacyKey } from '../config/keys';
import { systemClock } from '../runtime/clock';
import { CommandError, fail } from './fail';
import { interruption } from './interrupted';
import { openSink, SINK_HELP, SINK_OPTIONS } from './open-sink';
import { createProgress } from './progress';
import { DUPLICATE_SHARE, LATE_SHARE, type ScenarioMessage } from './simulator/faults';
import { readSimulation } from './simulator/options';
import { sendAtRate } from './simulator/send-at-rate';
import { play } from './simulator/play';
import { createRandom } from './simulator/random';
import { describeProgress, describeTally } from './simulator/summary';
import { createTally } from './simulator/tally';
import { planShops } from './simulator/shops';

const percent = (share: number): string => `${share * 100} %`;

const HELP = `Usage: npm run simulate -- [options]

Simulates shops and their marketing events, and sends messages of all topics: events are announced, run and end,
participants register mostly by day, and where PRIVACY_KEY is set a few of them want to be forgotten, each event has its own mix of channels, views
grow, and sales rise while an event runs. ${percent(LATE_SHARE)} of the messages arrive late, and ${percent(DUPLICATE_SHARE)} arrive twice.

  --stores <number>      how many shops (default 10)
  --events <number>      how many events, given to the shops in turn (default 20)
  --rate <number>        registrations a second (default 50); the other topics in proportion
  --duration <time>      how long the command runs: 30s, 5m, 2h (default 1m)
  --days <number>        how many days are simulated (default 14), up to the last midnight in Korea
  --start <instant>      when those days begin instead, like 2026-03-02T00:00:00+09:00
  --seed <number>        selects other shops, the same for the same number (default 20251022)

The same seed, options and start give the same messages. Sent a second time they change nothing: use another seed for
more.

${SINK_HELP}

Refuses to run with NODE_ENV=production: simulated data must not be mixed with real data. Ctrl+C stops it; what was sent
stays. Exits with 0, or with 1 when a message was rejected or could not be sent.`;

const OPTIONS = {
  stores: { type: 'string', default: '10' },
  events: { type: 'string', default: '20' },
  rate: { type: 'string', default: '50' },
  duration: { type: 'string', default: '1m' },
  days: { type: 'string', default: '14' },
  start: { type: 'string' },
  seed: { type: 'string', default: '20251022' },
  ...SINK_OPTIONS,
  help: { type: 'boolean' },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const options = readSimulation(values, systemClock.now());
  const config = loadCommandConfig(vocabulary);
  if (config.service.isProduction) {
    throw new CommandError('NODE_ENV is production: simulated data must not be mixed with real data.');
  }
  const { rate, durationMs, from, until } = options;
  const random = createRandom(options.seed);
  const shops = planShops(random, options);
  const registrations = Math.round((rate * durationMs) / 1_000);
  const played = play(random, shops, { from, until, registrations });
  // Without the key a worker would wait at the first of them; and what a service elsewhere has is for its sender to say.
  const { service } = config;
  const canErase = values.url === undefined ? service.privacyKey !== undefined : hasOwnPrivacyKey(service);
  const messages = canErase ? played : withoutErasures(played);

  const signal = interruption();
  const { destination, ...sink } = await openSink(values, config);
  console.error(`Sending ${destination} …`);
  const tally = createTally();
  const progress = createProgress();
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1_000;
  try {
    const onSent = (): void => progress.update(() => describeProgress(tally, registrations, seconds()));
    await sendAtRate(messages, { sink, tally, rate, signal, onSent });
  } finally {
    progress.end();
    console.log(describeTally(tally, shops, seconds()));
    await sink.close();
  }
}

function* withoutErasures(played: Iterable<ScenarioMessage>): Generator<ScenarioMessage> {
  for (const each of played) if (each.message.topic !== 'participant.erased') yield each;
}

main().then(() => process.exit(0), fail);
