import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../../bench/live/options';
import { DRILL_FAULTS } from './faults';

/** What is practised, and for how long. */
export interface Options {
  /** From 0 on. */
  readonly fault: number;
  readonly limitMs: number;
  /** Whether the drill undoes its fault itself once it shows: for the tests. */
  readonly mends: boolean;
}

const FAULTS = DRILL_FAULTS.length;

export const HELP = `npm run drill -- --fault <1..${FAULTS}|random> [--minutes <n>]

Starts the service on this machine, a gateway and two workers as processes, with PostgreSQL, Redis, Kafka, a platform that is
asked for views, Prometheus with deploy/prometheus/alerts.yaml, messages and readers. Prints what an operator has of it, sets
one fault, waits until it shows, and stays until the deployment is whole again: docs/operations.md is where to begin.

  --fault <1..${FAULTS}>   which fault; random draws one
  --minutes <n>    how long it stays at most (30)
  --help           prints this

Ctrl-C ends it. Whatever was started ends with it, and its folder is removed. It installs what is missing where it may (as root on
Debian: postgresql, redis-server, default-jre-headless, maven, prometheus).

Exits with 0 when it was mended, with 1 when the time was over, with 2 when the drill itself failed.
`;

const chosen = z.string().regex(new RegExp(`^(?:[1-${FAULTS}]|random)$`), {
  error: `--fault: a number from 1 to ${FAULTS}, or random`,
});
const minutes = z.coerce
  .number({ error: '--minutes: not a number' })
  .min(1, '--minutes: from 1 to 600')
  .max(600, '--minutes: from 1 to 600');
const values = z.object({
  fault: z.string({ error: `--fault is missing: a number from 1 to ${FAULTS}, or random` }).pipe(chosen),
  minutes: minutes.default(30),
  mend: z.boolean().default(false),
});

const MINUTE_MS = 60_000;

/**
 * @returns undefined when help is asked for
 * @throws UsageError for what is no option, or no fault
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const given = parseOptions(
    () =>
      parseArgs({ args: [...args], options: { fault: text, minutes: text, mend: flag, help: flag } }).values,
  );
  if (given.help === true) return undefined;
  const parsed = values.safeParse(given);
  if (!parsed.success) throw new UsageError(parsed.error.issues.map(({ message }) => message).join('\n'));
  const { fault, minutes: limit, mend } = parsed.data;
  return { fault: placeOf(fault), limitMs: limit * MINUTE_MS, mends: mend };
}

function placeOf(fault: string): number {
  return fault === 'random' ? Math.floor(Math.random() * FAULTS) : Number(fault) - 1;
}

function parseOptions<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
