import 'reflect-metadata';
import { UsageError } from '../bench/live/options';
import { HELP, readOptions } from './drill/options';
import { EXIT, playDrill } from './drill/play';

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options !== undefined) return playDrill(options);
  process.stdout.write(HELP);
  return EXIT.mended;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(EXIT.broken);
  },
);
