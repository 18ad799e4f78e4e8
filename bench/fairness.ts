import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { createLifecycle, type Lifecycle } from '../src/lifecycle';
import { createLogger } from '../src/observability/log';
import { tell } from '../test/harness/machine/progress';
import { waitFor } from '../test/harness/wait-for';
import { allSections, hourlyTrends, largestServed } from '../test/hostile/clients/largest';
import { openDeployment } from '../test/hostile/deployment/deployment';
import { HELP, type Options, readOptions } from './fairness/options';
import { startRegistrations } from './fairness/registrations';
import { type Durations, type Results, together, toResults, toTable } from './fairness/results';
import { startChild } from './live/child';
import { now } from './live/now';
import { UsageError } from './live/options';

const EXIT = { fair: 0, unfair: 1, broken: 2 } as const;

/** Measures how much an attacking client slows down another reader. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(HELP);
    return EXIT.fair;
  }
  const log = createLogger({ level: 'silent' });
  const lifecycle = createLifecycle({ timeoutMs: 60_000, log });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void lifecycle.stop().then(() => process.exit(EXIT.broken)));
  try {
    const results = await measure(lifecycle, options);
    process.stdout.write(`${options.isJson ? JSON.stringify(results, null, 2) : toTable(results)}\n`);
    return results.isFair ? EXIT.fair : EXIT.unfair;
  } finally {
    await lifecycle.stop();
  }
}

const reading = z.object({
  rest: z.array(z.number()),
  graphql: z.array(z.number()),
  refusals: z.array(z.string()),
});
const seen = z.array(z.object({ count: z.number(), at: z.number() }));
const told = z.array(z.tuple([z.string(), z.string()]));

const WARM_UP_SECONDS = 3;
/** The owners of the shop, who read in turn. */
const OWNERS = 20;
const LOWER_PRIORITY = 10;
const NO_RATE_LIMITS = { RATE_LIMIT_PER_TOKEN: '0', RATE_LIMIT_PER_ADDRESS: '0' };
/** A reader whose time is over first waits for its open request. */
const LAST_ANSWER_MS = 90_000;
const TOLD_MS = 30_000;

async function measure(lifecycle: Lifecycle, options: Options): Promise<Results> {
  const { seconds, rounds, rate, limitsRates } = options;
  const logFolder = mkdtempSync(path.join(tmpdir(), 'analytics-fairness-'));
  lifecycle.own('logs', () => Promise.resolve(rmSync(logFolder, { recursive: true, force: true })));
  const deployment = await openDeployment(logFolder);
  lifecycle.own('deployment', deployment);
  const gateway = await deployment.startGateway({
    NODE_ENV: 'production',
    ...(!limitsRates && NO_RATE_LIMITS),
  });
  const { origin } = gateway;
  const start = (name: string) => {
    const child = startChild({ name, script: path.join(__dirname, `fairness/${name}-process.ts`) });
    lifecycle.own(name, () => child.end());
    return child;
  };
  const [reader, attacker] = [start('reader'), start('attacker')];
  setPriority(attacker.pid, LOWER_PRIORITY);
  const { large, small } = deployment.shops;
  const tokens = Array.from({ length: OWNERS }, (_, number) => deployment.token(small, `owner ${number}`));
  const owners = { origin, tokens, eventIds: small.eventIds };
  const other = { origin, token: deployment.token(large, 'another'), eventIds: large.eventIds };
  let accomplices = 0;
  const accomplice = (): string => deployment.token(large, `accomplice ${(accomplices += 1)}`);
  const scenario = { origin, accomplice, shops: deployment.shops, tell };
  const largest = [await largestServed(scenario, allSections), await largestServed(scenario, hourlyTrends)];

  await reader.ask('reader.open', z.null(), owners);
  const [first] = await waitFor(async () => nonEmpty(await reader.ask('reader.counts', seen)), {
    what: 'a first value',
    timeoutMs: LAST_ANSWER_MS,
  });
  const registrations = startRegistrations(deployment, small.eventIds[0]!, first!.count);
  lifecycle.own('registrations', () => registrations.stop());
  const turn = async (length: number): Promise<Durations> => {
    const since = now();
    const about = { rate, seconds: length };
    const found = await reader.ask('reader.read', reading, about, length * 1_000 + LAST_ANSWER_MS);
    const [until, { total }] = [now(), registrations];
    const counts: z.infer<typeof seen> = [];
    const isTold = async (): Promise<boolean> => {
      counts.push(...(await reader.ask('reader.counts', seen)));
      return (counts.at(-1)?.count ?? 0) >= total;
    };
    // The slowest arrive last and must be counted.
    const refusals = await waitFor(isTold, { what: 'the last registration', timeoutMs: TOLD_MS }).then(
      () => found.refusals,
      () => [...found.refusals, gateway.process.ended ?? 'the reader did not receive a registration'],
    );
    return { ...found, refusals, live: registrations.tellingTimes(counts, since, until) };
  };

  tell(`${WARM_UP_SECONDS} s to warm up …`);
  await turn(WARM_UP_SECONDS);
  const [alone, beside]: [Durations[], Durations[]] = [[], []];
  let toldLast: Results['told'] = [];
  for (let round = 1; round <= rounds; round++) {
    tell(`round ${round} of ${rounds}: alone …`);
    alone.push(await turn(seconds / rounds));
    tell(`round ${round} of ${rounds}: beside the other …`);
    await attacker.ask('worst.start', z.null(), { ...other, largest });
    beside.push(await turn(seconds / rounds));
    toldLast = await attacker.ask('worst.stop', told, null, LAST_ANSWER_MS);
    // A gateway that has ended has no more results.
    if (gateway.process.ended !== undefined) break;
  }
  const before = together(alone);
  if (before.refusals.length > 0) throw new Error(`Alone he was refused: ${before.refusals[0]}`);
  return toResults(before, together(beside), toldLast);
}

function nonEmpty<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length > 0 ? items : undefined;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(EXIT.broken);
  },
);
