import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../live/options';

/** What is measured, and how it is shown. */
export interface Options {
  /** How long the other reads alone, and how long beside the one that does its worst. */
  readonly seconds: number;
  /** Into how many turns these are divided. */
  readonly rounds: number;
  /** Dashboards a second, half of them over REST, half over GraphQL. */
  readonly rate: number;
  /** Whether rate limits are as in production, or none. */
  readonly limitsRates: boolean;
  readonly isJson: boolean;
}

export const HELP = `npm run bench:fairness -- [options]

Measures what a reader feels of another one that does its worst: on every transport at once, with one token, as fast as it
is answered. A gateway with a heap of 512 MB and a worker on real PostgreSQL, Redis and Kafka; the two readers are processes
of their own. By turns the reader is alone, and beside the other: he reads his dashboards at a constant rate, in the name of
twenty owners of one shop, over REST and GraphQL, and watches how many take part while people register.

  --seconds <n>      how long he reads alone, and how long beside the other   (30)
  --rounds <n>       turns that this is divided into                          (3)
  --rate <n>         dashboards a second                                      (20)
  --no-rate-limits   without them; what else there is has to suffice
  --json             the results as JSON instead of a table
  --help             this

DATABASE_URL, REDIS_URL and KAFKA_BROKERS may name running servers; what they do not name is started and ended here. It
ends with 0 when his p99 beside the other is at most twice his p99 alone, with 1 when it is more, or when he was refused
anything, with 2 when something did not work. The other runs at a lower priority, as its processor would not be ours.
`;

const wholeNumber = (least: number, most: number) =>
  z.coerce.number({ error: 'not a number' }).int('not a whole number').min(least).max(most);

const values = z.object({
  seconds: wholeNumber(1, 600).default(30),
  rounds: wholeNumber(1, 100).default(3),
  rate: wholeNumber(2, 1_000).default(20),
  'no-rate-limits': z.boolean().default(false),
  json: z.boolean().default(false),
});

/**
 * @returns undefined when help is asked for
 * @throws UsageError for what is no option, or out of range
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    seconds: text,
    rounds: text,
    rate: text,
    'no-rate-limits': flag,
    json: flag,
    help: flag,
  };
  const given = parseOptions(() => parseArgs({ args: [...args], options }).values);
  if (given.help === true) return undefined;
  const parsed = values.safeParse(given);
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error));
  const { json, 'no-rate-limits': isUnlimited, ...numbers } = parsed.data;
  return { ...numbers, limitsRates: !isUnlimited, isJson: json };
}

function parseOptions<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
