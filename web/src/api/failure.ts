import * as z from 'zod/mini';

/** Why something could not be had, as far as the page tells its reader. */
export type FailureKind =
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'bad-request'
  | 'unreachable'
  | 'database-away'
  | 'busy'
  | 'failed';

export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly kind: FailureKind,
    options?: ErrorOptions,
    /** When the service has said that asking again is worth it. */
    readonly retryAfterMs?: number,
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
  TOO_MANY_REQUESTS: 'busy',
  SERVICE_OVERLOADED: 'busy',
  OPERATION_TIMEOUT: 'busy',
};

/** @param code `extensions.code` of a GraphQL error */
export const failureOfCode = (code: string | undefined): FailureKind => KINDS[code ?? ''] ?? 'failed';

/** Whether asking again may help: what is refused stays so. */
export const mayPass = ({ kind }: Failure): boolean =>
  kind === 'unreachable' || kind === 'database-away' || kind === 'busy' || kind === 'failed';

/** After what could not be had though its asker cannot help it. */
const RETRY_AFTER_MS = 15_000;
/** Sections that were refused together do not come back in the same moment. */
const SPREAD_MS = 1_000;

/** How long to wait before asking again, in milliseconds: as long as the service has said, if it has. */
export const waitAfter = ({ retryAfterMs }: Pick<Failure, 'retryAfterMs'>): number =>
  retryAfterMs === undefined ? RETRY_AFTER_MS : retryAfterMs + Math.random() * SPREAD_MS;

/** Whatever was thrown, as a failure. */
export const toFailure = (thrown: unknown): Failure =>
  thrown instanceof Failure ? thrown : new Failure('failed', { cause: thrown });

/** What the service tells of an operation that it did not execute, or of a field that it could not. */
export const graphqlErrors = z.array(
  z.object({
    extensions: z.optional(
      z.object({ code: z.optional(z.string()), retryAfterSeconds: z.optional(z.number()) }),
    ),
  }),
);

/** @returns one failure for each error */
export const failuresIn = (errors: z.infer<typeof graphqlErrors>): readonly Failure[] =>
  errors.map(({ extensions: { code, retryAfterSeconds } = {} }) =>
    retryAfterSeconds === undefined
      ? new Failure(failureOfCode(code))
      : new Failure(failureOfCode(code), {}, retryAfterSeconds * 1_000),
  );
