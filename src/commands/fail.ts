import { ConfigError } from '../config/problems';
import { MessagesRefused, SinkFailure } from '../messaging/sink/sink';

/** A command cannot do what it was asked, for a reason that whoever asked can do something about. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Ends a command that cannot go on: what is wrong in plain words, or where it went wrong. */
export function fail(error: unknown): never {
  console.error(inPlainWords(error) ?? error);
  process.exit(1);
}

/** @returns undefined for what is no fault of the asker's, so that its stack is wanted */
export function inPlainWords(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof CommandError || error instanceof ConfigError || error instanceof MessagesRefused)
    return error.message;
  if (error instanceof SinkFailure) return [error.message, ...reasonsBehind(error)].join(' ');
  // Of parseArgs: an option that there is not, or one without its value.
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) return error.message;
  return undefined;
}

function reasonsBehind({ cause }: Error): string[] {
  return cause instanceof Error ? [cause.message, ...reasonsBehind(cause)] : [];
}
