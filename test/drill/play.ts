import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { removeAbandonedFolders } from '../harness/machine/folders';
import { tell } from '../harness/machine/progress';
import { describeAccess } from './access';
import { type Closable, type DrillDeployment, openDrillDeployment } from './deployment/deployment';
import type { DrillFault } from './drill-fault';
import { DRILL_FAULTS } from './faults';
import type { Options } from './options';
import { findProblems } from './watch/whole';

export const EXIT = { mended: 0, notMended: 1, broken: 2, interrupted: 130 } as const;

const EVERY_MS = 3_000;
const WHOLE_MS = 180_000;
const SHOWS_MS = 600_000;
const MOST_NAMED = 8;

/** @returns the exit code */
export async function playDrill({ fault: place, limitMs, mends }: Options): Promise<number> {
  const fault = DRILL_FAULTS[place];
  if (fault === undefined) throw new Error(`There is no fault ${place + 1}.`);
  // Servers are stopped here, and clients that were given up may still fail over theirs.
  process.on('unhandledRejection', (reason) => tell(`! ${inspect(reason, { depth: 2 })}`));
  removeAbandonedFolders();
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-drill-'));
  const opened: Closable[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll(opened, folder));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void close().finally(() => process.exit(EXIT.interrupted)));
  try {
    const deployment = await openDrillDeployment(folder, (resource) => void opened.push(resource));
    return await practise(deployment, fault, { limitMs, mends });
  } finally {
    await close();
  }
}

async function closeAll(opened: Closable[], folder: string): Promise<void> {
  tell('ending all that was started …');
  for (let last = opened.pop(); last; last = opened.pop())
    await last.close().catch((error: unknown) => tell(`! ${String(error)}`));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function practise(
  deployment: DrillDeployment,
  fault: DrillFault,
  { limitMs, mends }: Pick<Options, 'limitMs' | 'mends'>,
): Promise<number> {
  const access = describeAccess(deployment);
  writeFileSync(path.join(deployment.folder, 'README.txt'), access);
  process.stdout.write(`\n${access}\n`);
  await untilWhole(deployment, [], WHOLE_MS).then(throwProblems);
  say('The deployment is whole. Something is going to break; it may take some minutes until it shows …');
  const mend = await fault.set(deployment);
  await untilShows(deployment, fault);
  const minutes = Math.round(limitMs / 60_000);
  say(`Something is wrong: begin with docs/operations.md. There are ${minutes} minutes; Ctrl-C ends it.`);
  const since = performance.now();
  if (mends) await mend();
  const left = await untilWhole(deployment, fault.lingering ?? [], limitMs);
  const took = inWords(performance.now() - since);
  if (left.length === 0) say(`mended, after ${took}. ${fault.was}`);
  else say(`Not mended after ${took}:\n${named(left)}\n${fault.was}`);
  return left.length === 0 ? EXIT.mended : EXIT.notMended;
}

/** @returns what still keeps it from being whole when the time is over */
async function untilWhole(
  deployment: DrillDeployment,
  lingering: readonly string[],
  limitMs: number,
): Promise<readonly string[]> {
  const until = performance.now() + limitMs;
  for (;;) {
    const problems = await findProblems(deployment, lingering);
    if (problems.length === 0 || performance.now() > until) return problems;
    await pause(EVERY_MS);
  }
}

function throwProblems(problems: readonly string[]): void {
  if (problems.length > 0)
    throw new Error(
      `The deployment does not become whole, so nothing can be practised on it:\n${named(problems)}`,
    );
}

async function untilShows(deployment: DrillDeployment, fault: DrillFault): Promise<void> {
  const until = performance.now() + SHOWS_MS;
  while (!(await fault.shows(deployment).catch(() => false))) {
    if (performance.now() > until) throw new Error('The fault does not show, so nobody could find it.');
    await pause(EVERY_MS);
  }
}

function named(problems: readonly string[]): string {
  const rest = problems.length - MOST_NAMED;
  const shown = problems.slice(0, MOST_NAMED).map((problem) => `  ${problem}`);
  return [...shown, ...(rest > 0 ? [`  … and ${rest} more`] : [])].join('\n');
}

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function say(line: string): void {
  const time = new Date().toISOString().slice(11, 19);
  process.stdout.write(`${time} ${line}\n`);
}
