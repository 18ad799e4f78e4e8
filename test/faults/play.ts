import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { UsageError } from '../../bench/live/options';
import { createRandom } from '../../src/commands/simulator/random';
import { type FaultRunner, createFaultRunner } from './runner';
import type { Fault } from './fault';
import { helpOf, type Options, readOptions } from './options';
import { type Outcome, toTable } from './outcome';
import type { FaultSuite } from './suite';
import { writeTable } from './write-docs';
import { removeAbandonedFolders } from '../harness/machine/folders';
import { tell } from '../harness/machine/progress';

const EXIT = { survived: 0, failed: 1, broken: 2, interrupted: 130 } as const;

/** Runs what the arguments ask for, and ends the process with what came of it. */
export function playFaults(suite: FaultSuite): void {
  play(suite).then(
    (exitCode) => process.exit(exitCode),
    (error: unknown) => {
      console.error(error instanceof UsageError ? error.message : error);
      process.exit(EXIT.broken);
    },
  );
}

async function play(suite: FaultSuite): Promise<number> {
  const { faults, startServers } = suite;
  const options = readOptions(process.argv.slice(2), suite);
  if (options === undefined) {
    process.stdout.write(helpOf(suite));
    return EXIT.survived;
  }
  if (options.isList) {
    for (const { name, what, isInShort } of faults)
      process.stdout.write(`${isInShort ? '*' : ' '} ${name}: ${what}\n`);
    return EXIT.survived;
  }
  // Connections die here all the time, and clients that were given up may still fail over theirs.
  process.on('unhandledRejection', (reason) => tell(`! ${inspect(reason, { depth: 2 })}`));
  removeAbandonedFolders();
  const logFolder = mkdtempSync(path.join(tmpdir(), 'analytics-faults-'));
  const runner = createFaultRunner({ ...options, logFolder, startServers });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void runner.close().finally(() => process.exit(EXIT.interrupted)));
  try {
    const outcomes = await runAll(runner, inOrder(faults, options), options.seed);
    return conclude(outcomes, { suite, options, logFolder });
  } finally {
    await runner.close();
  }
}

async function runAll(runner: FaultRunner, chosen: readonly Fault[], seed: number): Promise<Outcome[]> {
  tell(`seed ${seed}: ${chosen.length} faults`);
  const outcomes: Outcome[] = [];
  for (const [index, fault] of chosen.entries()) {
    tell(`\n[${index + 1}/${chosen.length}] ${fault.name}: ${fault.what}`);
    const outcome = await runner.run(fault);
    outcomes.push(outcome);
    tell(`  ${outcome.isSurvived ? 'survived' : 'NOT SURVIVED'} in ${Math.round(outcome.tookMs / 1_000)} s`);
    for (const problem of named(outcome.problems)) tell(`  ✗ ${problem}`);
  }
  return outcomes;
}

const MOST_NAMED = 12;

function named(problems: readonly string[]): string[] {
  const rest = problems.length - MOST_NAMED;
  return [...problems.slice(0, MOST_NAMED), ...(rest > 0 ? [`… and ${rest} more`] : [])];
}

/** Drawn from the seed: no fault relies on what another has left. */
function inOrder(faults: readonly Fault[], { only, isShort, seed }: Options): Fault[] {
  const random = createRandom(seed);
  const chosen = faults.filter(({ name, isInShort }) => only?.includes(name) ?? (!isShort || isInShort));
  const keyed = chosen.map((fault) => ({ fault, key: random.next() }));
  return keyed.sort((one, other) => one.key - other.key).map(({ fault }) => fault);
}

interface Run {
  readonly suite: FaultSuite;
  readonly options: Options;
  readonly logFolder: string;
}

function conclude(outcomes: readonly Outcome[], { suite, options, logFolder }: Run): number {
  const inPageOrder = suite.faults.flatMap(({ name }) => outcomes.filter(({ fault }) => fault === name));
  mkdirSync(path.dirname(options.output), { recursive: true });
  writeFileSync(options.output, JSON.stringify({ seed: options.seed, outcomes: inPageOrder }, null, 2));
  if (options.writesDocs) writeTable(suite.page, inPageOrder, options.seed);
  const failed = inPageOrder.filter(({ isSurvived }) => !isSurvived);
  process.stdout.write(`\n${toTable(inPageOrder)}\n\n`);
  for (const { fault, problems } of failed)
    process.stdout.write(
      `${fault}:\n${named(problems)
        .map((problem) => `  ${problem}\n`)
        .join('')}`,
    );
  if (failed.length === 0) rmSync(logFolder, { recursive: true, force: true });
  else
    process.stdout.write(
      `The logs of all processes are in ${logFolder}; --seed ${options.seed} repeats the run.\n`,
    );
  process.stdout.write(`${inPageOrder.length - failed.length} passed, ${failed.length} failed\n`);
  return failed.length === 0 ? EXIT.survived : EXIT.failed;
}
