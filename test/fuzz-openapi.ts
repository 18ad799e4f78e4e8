import 'reflect-metadata';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fuzz, installSchemathesis, NotInstalled } from './fuzz/schemathesis';
import { openFuzzStage } from './fuzz/stage';

const HELP = `Usage: npm run fuzz:openapi [-- <options>]

Starts the built service on loopback with the story of the contract's example, and has Schemathesis make up requests from the
contract: none may bring a 5xx, an answer that the contract does not know, or one without a token.

  --seconds <n>   how long, 30 unless given
  --examples <n>  the most requests of one operation in one round, 200 unless given
  --seed <n>      makes the same requests again

Needs Python 3.10 with venv and pip; Schemathesis is installed below .cache. Exits with 0 when nothing was found, 1 when
something was, 2 when it could not be run.
`;

const EXIT = { fine: 0, found: 1, broken: 2 } as const;

const count = z.coerce.number().int().positive();
const options = z.object({
  seconds: count.max(3_600).default(30),
  examples: count.max(100_000).default(200),
  seed: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(() => randomInt(1_000_000)),
  help: z.boolean().default(false),
});

const readOptions = (): z.infer<typeof options> => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { seconds: text, examples: text, seed: text, help: { type: 'boolean' } },
  });
  return options.parse(values);
};

async function main(): Promise<number> {
  const { help, ...bounds } = readOptions();
  if (help) {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  const program = await installSchemathesis();
  const stage = await openFuzzStage();
  let status: number;
  let said: string | undefined;
  try {
    status = await fuzz(program, { ...bounds, baseUrl: stage.baseUrl, token: stage.token });
  } finally {
    said = await stage.close();
  }
  if (said !== undefined) console.error(`The service ended under it:\n${said}`);
  return status === 0 && said === undefined ? EXIT.fine : EXIT.found;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof NotInstalled ? error.message : error);
    process.exit(EXIT.broken);
  },
);
