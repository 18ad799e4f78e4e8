import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../../bench/live/options';
import { type FaultSuite, outputOf } from './suite';

/** Which faults run, and how. */
export interface Options {
  /** The names of the selected faults; undefined for all. */
  readonly only: readonly string[] | undefined;
  readonly seed: number;
  /** The selection that CI plays, each as short as possible. */
  readonly isShort: boolean;
  readonly isList: boolean;
  /** Whether the table is put into the page of its suite. */
  readonly writesDocs: boolean;
  /** Where the table is written as JSON. */
  readonly output: string;
}

export const helpOf = (suite: FaultSuite): string => `npm run ${suite.command} -- [options]

Injects faults into ${suite.into} under traffic and readers, and compares the data of the
service with what was produced: rows, dashboards field by field, dead letters. Prints a table at the end.

  --list           lists the faults and exits
  --only <names>   runs only these, separated by commas
  --short          runs the selection that fits into ${suite.shortTakes}
  --seed <n>       repeats the moments and the order of the run that printed this seed
  --output <file>  the file for the table as JSON             (${outputOf(suite)})
  --write-docs     writes the table into ${suite.page}
  --help           prints this

Exits with 0 when every fault was survived, with 1 when one was not, with 2 when the run itself failed.
${suite.needs ?? ''}`;

const values = z.object({
  only: z
    .string()
    .transform((names) => names.split(',').map((name) => name.trim()))
    .optional(),
  seed: z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(0)
    .max(2 ** 32)
    .optional(),
  short: z.boolean().default(false),
  list: z.boolean().default(false),
  output: z.string().optional(),
  'write-docs': z.boolean().default(false),
});

/**
 * @returns undefined when help is asked for
 * @throws UsageError for what is no option, or no fault
 */
export function readOptions(args: readonly string[], suite: FaultSuite): Options | undefined {
  const names = suite.faults.map(({ name }) => name);
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    only: text,
    seed: text,
    short: flag,
    list: flag,
    output: text,
    'write-docs': flag,
    help: flag,
  };
  const given = parseOptions(() => parseArgs({ args: [...args], options }).values);
  if (given.help === true) return undefined;
  const parsed = values.safeParse(given);
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error));
  const unknown = parsed.data.only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new UsageError(`No fault is called ${unknown.join(', ')} (--list names them).`);
  const { only, seed, short, list, output } = parsed.data;
  return {
    only,
    seed: seed ?? Math.floor(Math.random() * 2 ** 31),
    isShort: short,
    isList: list,
    writesDocs: parsed.data['write-docs'],
    output: output ?? outputOf(suite),
  };
}

function parseOptions<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
