import 'reflect-metadata';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../bench/live/options';
import { tell } from './harness/machine/progress';
import { ATTACKS } from './hostile/attacks';
import { type AttackRunner, createAttackRunner } from './hostile/runner';
import { HELP, type Options, readOptions } from './hostile/options';
import { isHeld, notMade, type Outcome, toTable } from './hostile/outcome';

const EXIT = { held: 0, failed: 1, broken: 2, interrupted: 130 } as const;

async function main(): Promise<number> {
  const options = readOptions(
    process.argv.slice(2),
    ATTACKS.map(({ name }) => name),
  );
  if (options === undefined) {
    process.stdout.write(HELP);
    return EXIT.held;
  }
  if (options.isList) {
    for (const { name, what, isInShort } of ATTACKS)
      process.stdout.write(`${isInShort ? '*' : ' '} ${name}: ${what}\n`);
    return EXIT.held;
  }
  const logFolder = mkdtempSync(path.join(tmpdir(), 'analytics-hostile-'));
  const runner = createAttackRunner(logFolder);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void runner.close().finally(() => process.exit(EXIT.interrupted)));
  try {
    return conclude(await makeAll(runner, options), options, logFolder);
  } finally {
    await runner.close();
  }
}

async function makeAll(runner: AttackRunner, { only, isShort }: Options): Promise<Outcome[]> {
  const chosen = ATTACKS.filter(({ name, isInShort }) => only?.includes(name) ?? (!isShort || isInShort));
  const outcomes: Outcome[] = [];
  for (const [index, attack] of chosen.entries()) {
    tell(`\n[${index + 1}/${chosen.length}] ${attack.name}: ${attack.what}`);
    const outcome = await runner.make(attack).catch((error: unknown) => notMade(attack, error));
    outcomes.push(outcome);
    tell(`  ${isHeld(outcome) ? 'held' : 'NOT HELD'} in ${Math.round(outcome.tookMs / 1_000)} s`);
    for (const problem of outcome.problems) tell(`  ✗ ${problem}`);
  }
  return outcomes;
}

function conclude(outcomes: readonly Outcome[], { output }: Options, logFolder: string): number {
  mkdirSync(path.dirname(output), { recursive: true });
  writeFileSync(output, JSON.stringify({ outcomes }, null, 2));
  const failed = outcomes.filter((outcome) => !isHeld(outcome));
  process.stdout.write(`\n${toTable(outcomes)}\n\n`);
  for (const { attack, problems } of failed)
    process.stdout.write(`${attack}:\n${problems.map((problem) => `  ${problem}\n`).join('')}`);
  if (failed.length === 0) rmSync(logFolder, { recursive: true, force: true });
  else process.stdout.write(`The logs of all processes are in ${logFolder}.\n`);
  process.stdout.write(`${outcomes.length - failed.length} held, ${failed.length} failed\n`);
  return failed.length === 0 ? EXIT.held : EXIT.failed;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(EXIT.broken);
  },
);
