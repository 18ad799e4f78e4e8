import { parseArgs } from 'node:util';
import { z } from 'zod';

/** It cannot be measured as it was asked for; the message says why. */
export class UsageError extends Error {}

/** What is measured, and how it is shown. */
export interface Options {
  readonly subscribers: number;
  /** How long each measurement lasts, after its warm-up. */
  readonly seconds: number;
  /** Registrations a second, over all events. */
  readonly rate: number;
  readonly isJson: boolean;
  /** Where profiles of the gateway and the worker are written when they end; undefined for none. */
  readonly profiles: string | undefined;
}

export const HELP = `npm run bench:live -- [options]

Measures how registrations reach live subscribers: one gateway process, one worker, real PostgreSQL, Redis and Kafka;
beside it a bare WebSocket broadcast of the same bytes, and one GraphQL execution per socket and message.

  --subscribers <n>  WebSocket subscribers                       (10000)
  --seconds <n>      how long each measurement lasts             (20)
  --rate <n>         registrations a second through Kafka        (2000)
  --profiles <dir>   CPU profiles of the gateway and the worker
  --json             the results as JSON instead of a table
  --help             this

DATABASE_URL, REDIS_URL and KAFKA_BROKERS may name running servers; what they do not name is started and ended here.
It exits with 0 whether the targets are reached or not, and with 1 when something did not work or a subscriber did not
end on the exact final count.
`;

const wholeNumber = (least: number, most: number) =>
  z.coerce.number({ error: 'not a number' }).int('not a whole number').min(least).max(most);

const values = z.object({
  subscribers: wholeNumber(2, 100_000).default(10_000),
  seconds: wholeNumber(1, 600).default(20),
  rate: wholeNumber(1, 100_000).default(2_000),
  profiles: z.string().optional(),
  json: z.boolean().default(false),
});

/**
 * @returns undefined when help is asked for
 * @throws UsageError for what is no option, or out of range
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { subscribers: text, seconds: text, rate: text, profiles: text, json: flag, help: flag };
  const given = parseOptions(() => parseArgs({ args: [...args], options }).values);
  if (given.help === true) return undefined;
  const parsed = values.safeParse(given);
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error));
  const { json, profiles, ...numbers } = parsed.data;
  return { ...numbers, profiles, isJson: json };
}

function parseOptions<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
