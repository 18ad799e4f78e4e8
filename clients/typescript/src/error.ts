import { isObject, numberOf, textOf } from './json';

/**
 * What one can do about a failure: sign in anew, leave it, put the request right, or try again: when there is a
 * connection, when the service has its database back, later, or at all.
 */
export type ErrorKind =
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'bad-request'
  | 'unreachable'
  | 'database-away'
  | 'busy'
  | 'failed';

/** The service's names for failures, over REST and over GraphQL. What has another name has failed. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  UNAUTHORIZED: 'unauthenticated',
  UNAUTHENTICATED: 'unauthenticated',
  FORBIDDEN: 'forbidden',
  EVENT_NOT_FOUND: 'not-found',
  NOT_FOUND: 'not-found',
  INVALID_REQUEST: 'bad-request',
  BAD_REQUEST: 'bad-request',
  BAD_USER_INPUT: 'bad-request',
  GRAPHQL_PARSE_FAILED: 'bad-request',
  GRAPHQL_VALIDATION_FAILED: 'bad-request',
  OPERATION_RESOLUTION_FAILURE: 'bad-request',
  OPERATION_TOO_COSTLY: 'bad-request',
  OPERATION_TOO_LARGE: 'bad-request',
  PERSISTED_QUERY_NOT_IN_LIST: 'bad-request',
  PAYLOAD_TOO_LARGE: 'bad-request',
  REQUEST_HEADER_FIELDS_TOO_LARGE: 'bad-request',
  METHOD_NOT_ALLOWED: 'bad-request',
  UNSUPPORTED_MEDIA_TYPE: 'bad-request',
  DATABASE_UNAVAILABLE: 'database-away',
  TOO_MANY_REQUESTS: 'busy',
  SERVICE_OVERLOADED: 'busy',
  OPERATION_TIMEOUT: 'busy',
};

const TEMPORARY: ReadonlySet<ErrorKind> = new Set(['unreachable', 'database-away', 'busy', 'failed']);

/** After what could not be had though its asker cannot help it. */
const RETRY_AFTER_MS = 15_000;
/** Those who were refused together do not come back in the same moment. */
const SPREAD_MS = 1_000;

export interface ErrorDetails {
  readonly message?: string | undefined;
  /** Of the HTTP answer. */
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Why something could not be had. */
export class AnalyticsError extends Error {
  override readonly name = 'AnalyticsError';
  readonly kind: ErrorKind;
  /** `error` of a REST answer, `extensions.code` of a GraphQL error, or what the client found itself. */
  readonly code: string;
  /** The status of the HTTP answer, where there was one. */
  readonly status: number | undefined;
  /** When the service has said that asking again is worth it, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, { message = code, status, retryAfterMs, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.kind = KINDS[code] ?? OWN_KINDS[code] ?? 'failed';
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether asking again may help: what is refused stays so. */
  get isTemporary(): boolean {
    return TEMPORARY.has(this.kind);
  }

  /** How long to wait before asking again, in milliseconds: as long as the service has said, if it has. */
  waitMs(): number {
    return this.retryAfterMs === undefined ? RETRY_AFTER_MS : this.retryAfterMs + Math.random() * SPREAD_MS;
  }

  /** Whatever was thrown, as an error of this class. */
  static of(thrown: unknown): AnalyticsError {
    return thrown instanceof AnalyticsError ? thrown : new AnalyticsError('UNKNOWN', { cause: thrown });
  }
}

/** What the client finds itself, where no answer of the service's says it. */
const OWN_KINDS: Readonly<Record<string, ErrorKind>> = {
  UNREACHABLE: 'unreachable',
  TOKEN_UNAVAILABLE: 'unreachable',
  TOKEN_MALFORMED: 'unauthenticated',
  VARIABLES_NOT_JSON: 'bad-request',
  PROTOCOL_VIOLATED: 'bad-request',
};

export const unreachable = (cause: unknown): AnalyticsError =>
  new AnalyticsError('UNREACHABLE', { message: 'The service cannot be reached.', cause });

/**
 * The errors of a GraphQL result.
 *
 * @param errors what stands there under `errors`
 */
export function graphqlErrors(errors: unknown, status?: number): readonly AnalyticsError[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter(isObject).map(({ message, extensions }) => {
    const { code, retryAfterSeconds } = isObject(extensions) ? extensions : {};
    const seconds = numberOf(retryAfterSeconds);
    return new AnalyticsError(textOf(code) ?? 'UNKNOWN', {
      message: textOf(message),
      status,
      retryAfterMs: seconds === undefined ? undefined : seconds * 1_000,
    });
  });
}
