import { createLifecycle, type Lifecycle } from '../../src/lifecycle';
import { createLogger } from '../../src/observability/log';
import { UsageError } from '../live/options';
import { describeMachine } from './machine';
import { type Defaults, helpOfOptions, type Options, readOptions } from './options';
import type { Results } from './results';

export interface Command<Works> {
  /** What is measured, for --help: its first line names the command. */
  readonly about: string;
  readonly defaults: Defaults;
  readonly measure: (lifecycle: Lifecycle, options: Options) => Promise<Works>;
  readonly toTable: (results: Results<Works>) => string;
}

/** Runs a benchmark from its arguments to its exit: progress goes to stderr, the results to stdout. */
export function runCommand<Works>(command: Command<Works>): void {
  execute(command, process.argv.slice(2)).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error instanceof UsageError ? error.message : error);
      process.exit(1);
    },
  );
}

async function execute<Works>(
  { about, defaults, measure, toTable }: Command<Works>,
  args: readonly string[],
): Promise<void> {
  const options = readOptions(args, defaults);
  if (options === undefined) {
    process.stdout.write(about + helpOfOptions(defaults));
    return;
  }
  const lifecycle = createLifecycle({ timeoutMs: 60_000, log: createLogger({ level: 'silent' }) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void lifecycle.stop().then(() => process.exit(1)));
  try {
    const works = await measure(lifecycle, options);
    const results = { machine: describeMachine(), works };
    process.stdout.write(`${options.isJson ? JSON.stringify(results, null, 2) : toTable(results)}\n`);
  } finally {
    await lifecycle.stop();
  }
}
