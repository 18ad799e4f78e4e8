import { ConfigError } from '../config/problems';
import { MessagesRefused, SinkFailure } from '../messaging/sink/sink';
import { PrivacyKeyMismatch } from '../workers/projections/person-digests';

/** A command failed for a reason that the user can fix. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Ends a failed command: prints a message for the user, or the stack of an unexpected error. */
export function fail(error: unknown): never {
  console.error(inPlainWords(error) ?? error);
  process.exit(1);
}

/** @returns undefined for an unexpected error, whose stack should be printed */
export function inPlainWords(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof CommandError || error instanceof ConfigError || error instanceof MessagesRefused)
    return error.message;
  if (error instanceof PrivacyKeyMismatch) return error.message;
  if (error instanceof SinkFailure) return [error.message, ...reasonsBehind(error)].join(' ');
  // From parseArgs: an unknown option, or an option without its value.
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) return error.message;
  return undefined;
}

function reasonsBehind({ cause }: Error): string[] {
  return cause instanceof Error ? [cause.message, ...reasonsBehind(cause)] : [];
}
