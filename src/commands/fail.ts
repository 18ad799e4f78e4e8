import { ConfigError } from '../config/problems';

/** Ends a command that cannot go on: what is wrong in plain words, or where it went wrong. */
export function fail(error: unknown): never {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
