import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../../bench/live/options';

/** Which attacks run, and how. */
export interface Options {
  /** The names of the selected attacks; undefined for all. */
  readonly only: readonly string[] | undefined;
  /** The selection that fits into two minutes, each as short as possible. */
  readonly isShort: boolean;
  readonly isList: boolean;
  /** Where the table is written as JSON. */
  readonly output: string;
}

export const HELP = `npm run test:hostile -- [options]

Attacks a real gateway with a heap of 512 MB, on real PostgreSQL, Redis and Kafka, while another process asks it every ten
milliseconds for its health. An attack is withstood when the gateway keeps running, no request was blocked for more than
250 ms, its memory returns to within 64 MB of what it was, nothing is logged as an error, and the attacker got the right
answers.

  --list           lists the attacks and exits
  --only <names>   runs only these, separated by commas
  --short          runs the selection that fits into two minutes, marked with * by --list
  --output <file>  the file for the table as JSON             (.cache/hostile.json)
  --help           prints this

The 250 ms are for an idle machine: the time that the gateway waits for a processor is subtracted, the time that an idle
gateway takes is added, and on a slower machine the limit grows by how much longer a fixed piece of work takes there.

DATABASE_URL, REDIS_URL and KAFKA_BROKERS may name running servers; others are started and stopped. Exits with 0 when every
attack was withstood, with 1 when one was not, with 2 when the run itself failed.
`;

const values = z.object({
  only: z
    .string()
    .transform((names) => names.split(',').map((name) => name.trim()))
    .optional(),
  short: z.boolean().default(false),
  list: z.boolean().default(false),
  output: z.string().default('.cache/hostile.json'),
});

/**
 * @returns undefined when help is asked for
 * @throws UsageError for what is no option, or no attack
 */
export function readOptions(args: readonly string[], names: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { only: text, short: flag, list: flag, output: text, help: flag };
  const given = parseOptions(() => parseArgs({ args: [...args], options }).values);
  if (given.help === true) return undefined;
  const parsed = values.safeParse(given);
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error));
  const { only, short, list, output } = parsed.data;
  const unknown = only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new UsageError(`No attack is called ${unknown.join(', ')} (--list names them).`);
  return { only, isShort: short, isList: list, output };
}

function parseOptions<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
