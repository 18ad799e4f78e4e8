import 'reflect-metadata';
import { createLifecycle, type Lifecycle } from '../src/lifecycle';
import { createLogger } from '../src/observability/log';
import { tell } from '../test/harness/machine/progress';
import { runCommand } from './contest/command';
import { installRivals } from './contest/installed';
import { leaveTheFirstCore } from './contest/machine';
import type { Options } from './contest/options';
import { openServers } from './contest/servers';
import { openGateways } from './scale/gateways';
import { type Row, type Shared, toRows, WORKS } from './scale/results';
import { toLine, toTable } from './scale/table';
import { openWaiting } from './scale/workers';

const ABOUT = `npm run bench:scale -- [options]

Measures what being several costs: one, two and three workers of a group over one Kafka of twelve partitions and one PostgreSQL,
and one, two and three gateways over one PostgreSQL and one Redis. However many they are, they share the first core, and
everything else has the others: so what is looked at is the work that is done for each second of a core,
that of PostgreSQL and Redis included.
`;

const COUNTS = [1, 2, 3];

runCommand({ about: ABOUT, defaults: { seconds: 10, messages: 1_000_000 }, measure, toTable });

async function measure(lifecycle: Lifecycle, options: Options): Promise<readonly Row[]> {
  // The readers are a package of theirs.
  await installRivals();
  leaveTheFirstCore();
  const { kafkaBrokers: brokers } = await openServers(lifecycle);
  const { messages, seconds, rounds, only = '' } = options;
  const rows: Row[] = [];
  if (WORKS.registrations.includes(only)) {
    const ended = createLifecycle({ timeoutMs: 60_000, log: createLogger({ level: 'silent' }) });
    lifecycle.own('waiting registrations', () => ended.stop());
    const waiting = await openWaiting(ended, brokers, messages);
    rows.push(...(await byTurns(WORKS.registrations, rounds, (count) => waiting.take(count))));
    await ended.stop();
  }
  if (![WORKS.kept, WORKS.dashboards].some((name) => name.includes(only))) return rows;
  const gateways = await openGateways(lifecycle, { most: Math.max(...COUNTS), seconds });
  for (const { name, warmUp, by } of gateways.filter((work) => work.name.includes(only))) {
    if (!options.isShort) await warmUp();
    rows.push(...(await byTurns(name, rounds, by)));
  }
  return rows;
}

/** By turns, so that other load of the machine affects all alike. */
async function byTurns(
  work: string,
  rounds: number,
  measureOne: (count: number) => Promise<Shared>,
): Promise<readonly Row[]> {
  const found = new Map<number, Shared[]>(COUNTS.map((count) => [count, []]));
  for (let number = 1; number <= rounds; number++) {
    // From behind every other time: what a machine that slows down does to the last is not to count against it.
    const inTurn = number % 2 === 1 ? [...found] : [...found].reverse();
    for (const [count, all] of inTurn) {
      const round = await measureOne(count);
      tell(`${work}, round ${number} of ${rounds}, ${count}: ${toLine(round)}`);
      all.push(round);
    }
  }
  return toRows(work, found);
}
