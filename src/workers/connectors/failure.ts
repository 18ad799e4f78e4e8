import type { Instant } from '../../domain/values';
import type { FailureReason } from './platform';

export interface FailureOptions {
  readonly cause?: unknown;
  /** When the platform wants to be asked again, if it said so. */
  readonly retryAt?: Instant | undefined;
}

/** Why one try failed. Its message names statuses, fields and rules, never a value, an address or a credential. */
export class PlatformFailure extends Error {
  override readonly name = 'PlatformFailure';
  readonly retryAt: Instant | undefined;

  constructor(
    readonly reason: FailureReason,
    message: string,
    { cause, retryAt }: FailureOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.retryAt = retryAt;
  }
}
