import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../live/options';

/** How long and how often is measured, and how it is shown. */
export interface Options {
  /** Times that each contestant is measured; of an odd number the median is one of them. */
  readonly rounds: number;
  /** How long each of them lasts, after its warm-up. */
  readonly seconds: number;
  /** Over how many connections the readers ask. */
  readonly connections: number;
  /** Only works whose names hold this; undefined for all. */
  readonly only: string | undefined;
  readonly isShort: boolean;
  readonly isJson: boolean;
}

export interface Defaults {
  readonly seconds: number;
  readonly connections: number;
}

/** What all of these commands take. */
export const helpOfOptions = ({ seconds, connections }: Defaults): string => `
  --rounds <n>       times that each is measured, by turns         (5)
  --seconds <n>      how long each time lasts, after a warm-up     (${seconds})
  --connections <n>  over which readers ask                        (${connections})
  --only <text>      only what has this in its name
  --short            one round of a second on fewer participants: to see that it works, not what it yields
  --json             the figures as JSON instead of a table
  --help             this

DATABASE_URL, REDIS_URL and KAFKA_BROKERS may name running servers; what they do not name is started and ended here.
The rivals' packages are installed into bench/rivals on the first run. It exits with 0 whether what is wanted is
reached or not, and with 1 when something did not work, a request failed, or two answers differ.
`;

const wholeNumber = (least: number, most: number) =>
  z.coerce.number({ error: 'not a number' }).int('not a whole number').min(least).max(most);

const SHORT = { rounds: 1, seconds: 1 };
const ROUNDS = 5;

/**
 * @returns undefined when help is asked for
 * @throws UsageError for what is no option, or out of range
 */
export function readOptions(args: readonly string[], defaults: Defaults): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    rounds: text,
    seconds: text,
    connections: text,
    only: text,
    short: flag,
    json: flag,
    help: flag,
  };
  const given = parseOptions(() => parseArgs({ args: [...args], options }).values);
  if (given.help === true) return undefined;
  const length = given.short === true ? SHORT : { rounds: ROUNDS, seconds: defaults.seconds };
  const values = z.object({
    rounds: wholeNumber(1, 100).default(length.rounds),
    seconds: wholeNumber(1, 600).default(length.seconds),
    connections: wholeNumber(1, 1_000).default(defaults.connections),
    only: z.string().optional(),
    short: z.boolean().default(false),
    json: z.boolean().default(false),
  });
  const parsed = values.safeParse(given);
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error));
  const { json, short, only, ...numbers } = parsed.data;
  return { ...numbers, only, isShort: short, isJson: json };
}

function parseOptions<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
