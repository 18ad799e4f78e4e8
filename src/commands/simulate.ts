import { parseArgs } from 'node:util';
import { loadCommandConfig } from '../config';
import { createBusinessCalendar } from '../domain/calendar';
import { systemClock } from '../runtime/clock';
import { CommandError, fail } from './fail';
import { interruption } from './interrupted';
import { openSink, SINK_HELP, SINK_OPTIONS } from './open-sink';
import { createProgress } from './progress';
import { AGAIN_SHARE, LATE_SHARE } from './simulator/mishaps';
import { readSimulation } from './simulator/options';
import { sendAtPace } from './simulator/pace';
import { play } from './simulator/play';
import { createRandom } from './simulator/random';
import { describeProgress, describeTally } from './simulator/summary';
import { createTally } from './simulator/tally';
import { planTown } from './simulator/town';

const percent = (share: number): string => `${share * 100} %`;

const HELP = `Usage: npm run simulate -- [options]

Plays the marketing events of a town and sends what happens as messages of all five topics: events that are announced,
run and end, people who take part when people are about, channels in other proportions for each event, views that grow,
takings that rise while an event is on. ${percent(LATE_SHARE)} of the messages arrive late, and ${percent(AGAIN_SHARE)} arrive again.

  --stores <number>      stores of the town (default 10)
  --events <number>      their events, by turns (default 20)
  --rate <number>        registrations a second (default 50); the other topics go along in proportion
  --duration <time>      how long it takes: 30s, 5m, 2h (default 1m)
  --days <number>        how many days of the town's time are played in it (default 14), up to last midnight in Korea
  --start <instant>      when those days begin instead, like 2026-03-02T00:00:00+09:00
  --seed <number>        another town, the same every time (default 20251022)

The same seed, options and start make the same messages. Sent a second time, all that they say is known already: take
another seed for more.

${SINK_HELP}

Never with NODE_ENV=production: what is made up is not to be mixed with what is true. Ctrl+C ends it with what was sent so
far. Ends with 0, or with 1 when a message was refused or could not be sent.`;

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
  const config = loadCommandConfig(createBusinessCalendar);
  if (config.service.isProduction) {
    throw new CommandError('NODE_ENV is production: what is made up is not to be mixed with what is true.');
  }
  const { rate, durationMs, from, until } = options;
  const random = createRandom(options.seed);
  const town = planTown(random, options);
  const registrations = Math.round((rate * durationMs) / 1_000);
  const messages = play(random, town, { from, until, registrations });

  const signal = interruption();
  const { destination, ...sink } = await openSink(values, config);
  console.error(`Sending ${destination} …`);
  const tally = createTally();
  const progress = createProgress();
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1_000;
  try {
    const onSent = (): void => progress.tell(() => describeProgress(tally, registrations, seconds()));
    await sendAtPace(messages, { sink, tally, rate, signal, onSent });
  } finally {
    progress.end();
    console.log(describeTally(tally, town, seconds()));
    await sink.close();
  }
}

main().then(() => process.exit(0), fail);
