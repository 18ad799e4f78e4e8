import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../live/options';

/** What is measured, and how it is shown. */
export interface Options {
  readonly events: number;
  /** Times that all platforms are healthy and then hang. */
  readonly rounds: number;
  /** How long each half of a round is measured. */
  readonly seconds: number;
  /** Dashboards a second, half of them over REST, half over GraphQL. */
  readonly rate: number;
  readonly isJson: boolean;
}

export const HELP = `npm run bench:platforms -- [options]

Measures what readers feel of platforms that hang: one process, gateway and worker, on real PostgreSQL, asks five
platforms that answer at once, and then the same five while none answers at all, in turns. Dashboards are read at a
constant rate, over REST (assembled for the request, cacheStatus MISS) and over GraphQL.

  --events <n>   running events, each on all five channels      (100)
  --rounds <n>   times healthy and hanging                       (3)
  --seconds <n>  how long each half of a round is measured       (20)
  --rate <n>     dashboards a second                             (40)
  --json         the results as JSON instead of a table
  --help         this

DATABASE_URL may name a running PostgreSQL; otherwise one is started and ended here. It exits with 0 whether the target
is reached or not, and with 1 when something did not work.
`;

const wholeNumber = (least: number, most: number) =>
  z.coerce.number({ error: 'not a number' }).int('not a whole number').min(least).max(most);

const values = z
  .object({
    events: wholeNumber(1, 10_000).default(100),
    rounds: wholeNumber(1, 100).default(3),
    seconds: wholeNumber(1, 600).default(20),
    rate: wholeNumber(2, 1_000).default(40),
    json: z.boolean().default(false),
  })
  // An event is read over REST again only when what was kept of it, for a second, is gone.
  .refine(({ events, rate }) => events >= rate, {
    error: 'fewer events than dashboards a second: all would be hits',
  });

/**
 * @returns undefined when help is asked for
 * @throws UsageError for what is no option, or out of range
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { events: text, rounds: text, seconds: text, rate: text, json: flag, help: flag };
  const given = parseOptions(() => parseArgs({ args: [...args], options }).values);
  if (given.help === true) return undefined;
  const parsed = values.safeParse(given);
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error));
  const { json, ...numbers } = parsed.data;
  return { ...numbers, isJson: json };
}

function parseOptions<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
