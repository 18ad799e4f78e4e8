import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../live/options';

/** How long and how often to measure, and how to show the results. */
export interface Options {
  /** How often each contestant is measured; with an odd number the median is one of the measurements. */
  readonly rounds: number;
  /** How long each of them lasts, after its warm-up. */
  readonly seconds: number;
  /** How many connections the readers use. */
  readonly connections: number;
  /** How many messages are in the log to be consumed. */
  readonly messages: number;
  /** Only works whose names contain this; undefined for all. */
  readonly only: string | undefined;
  /** The folder for a CPU profile of the service; undefined for none. */
  readonly profiles: string | undefined;
  readonly isShort: boolean;
  readonly isJson: boolean;
}

/** The defaults. A command has the options for which there is a default. */
export interface Defaults {
  readonly seconds?: number;
  readonly connections?: number;
  readonly messages?: number;
}

const OPTIONAL: Readonly<Record<keyof Defaults, string>> = {
  seconds: '--seconds <n>      how long each time lasts, after a warm-up     ',
  connections: '--connections <n>  over which readers ask                        ',
  messages: '--messages <n>     that are waiting to be taken                  ',
};

/** The options of these commands. */
export function helpOfOptions(defaults: Defaults): string {
  const own = Object.entries(OPTIONAL).flatMap(([name, text]) => {
    const value = defaults[name as keyof Defaults];
    return value === undefined ? [] : [`  ${text}(${value})\n`];
  });
  return `
  --rounds <n>       times that each is measured, by turns         (${ROUNDS})
${own.join('')}  --only <text>      only what has this in its name
  --profiles <dir>   a CPU profile of the service, which is the slower for it: best with --only
  --short            one round on little: to see that it works, not what it yields
  --json             the results as JSON instead of a table
  --help             this

DATABASE_URL, REDIS_URL and KAFKA_BROKERS may name running servers; what they do not name is started and ended here.
The rivals' packages are installed into bench/rivals on the first run. It exits with 0 whether what is wanted is
reached or not, and with 1 when something did not work, a request failed, or two answers differ.
`;
}

const wholeNumber = (least: number, most: number) =>
  z.coerce.number({ error: 'not a number' }).int('not a whole number').min(least).max(most);

const ROUNDS = 5;
const SHORT = { rounds: 1, seconds: 1, messages: 100_000 };

/**
 * @returns undefined when help is asked for
 * @throws UsageError for what is no option, or out of range
 */
export function readOptions(args: readonly string[], defaults: Defaults): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const own = Object.fromEntries(Object.keys(defaults).map((name) => [name, text]));
  const options = { rounds: text, only: text, profiles: text, short: flag, json: flag, help: flag, ...own };
  const given = parseOptions(() => parseArgs({ args: [...args], options }).values);
  if (given.help === true) return undefined;
  const length = { rounds: ROUNDS, ...defaults, ...(given.short === true && SHORT) };
  const values = z.object({
    rounds: wholeNumber(1, 100).default(length.rounds),
    seconds: wholeNumber(1, 600).default(length.seconds ?? 1),
    connections: wholeNumber(1, 1_000).default(length.connections ?? 1),
    messages: wholeNumber(1_000, 100_000_000).default(length.messages ?? 1_000),
    only: z.string().optional(),
    profiles: z.string().optional(),
    short: z.boolean().default(false),
    json: z.boolean().default(false),
  });
  const parsed = values.safeParse(given);
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error));
  const { json, short, only, profiles, ...numbers } = parsed.data;
  return { ...numbers, only, profiles, isShort: short, isJson: json };
}

function parseOptions<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Node's arguments to write a profile there. */
export function profiling(profiles: string | undefined): readonly string[] {
  return profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
}
