/** Why something could not be had, as far as the page tells its reader. */
export type FailureKind =
  'unauthenticated' | 'forbidden' | 'not-found' | 'bad-request' | 'unreachable' | 'database-away' | 'failed';

export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly kind: FailureKind,
    options?: ErrorOptions,
  ) {
    super(`The service's answer: ${kind}`, options);
  }
}

const KINDS: Readonly<Record<string, FailureKind>> = {
  UNAUTHENTICATED: 'unauthenticated',
  FORBIDDEN: 'forbidden',
  EVENT_NOT_FOUND: 'not-found',
  BAD_USER_INPUT: 'bad-request',
  DATABASE_UNAVAILABLE: 'database-away',
};

/** @param code `extensions.code` of a GraphQL error */
export const failureOfCode = (code: string | undefined): FailureKind => KINDS[code ?? ''] ?? 'failed';

/** Whether asking again may help: what is refused stays so. */
export const mayPass = ({ kind }: Failure): boolean =>
  kind === 'unreachable' || kind === 'database-away' || kind === 'failed';

/** Whatever was thrown, as a failure. */
export const toFailure = (thrown: unknown): Failure =>
  thrown instanceof Failure ? thrown : new Failure('failed', { cause: thrown });
