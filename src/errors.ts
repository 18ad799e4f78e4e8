import type { Instant } from './domain/values';

/** How one kind of failure is told to a reader, over either protocol. */
interface ErrorKind {
  /** The HTTP status of a REST answer. */
  readonly status: number;
  /** What `message` says, in Korean as the contract has it. */
  readonly message: string;
  /** `extensions.code` of a GraphQL error; Apollo's own name where it has one. */
  readonly graphqlCode: string;
  /** `extensions.part` of a GraphQL error: what is away. */
  readonly part?: string;
  /** `error` of a REST answer, where the contract has no word for it. */
  readonly restCode?: ContractCode;
}

/** What the contract names for a failure of ours. */
type ContractCode = 'INTERNAL_SERVER_ERROR';

const kind = (status: number, message: string, graphqlCode: string): ErrorKind => ({
  status,
  message,
  graphqlCode,
});

/**
 * Every failure that a reader can be told of. The first six are the contract's own, word for word; the others are
 * what any HTTP server must be able to say, in the contract's shape.
 */
export const ERRORS = {
  INVALID_REQUEST: kind(400, '유효하지 않은 이벤트 ID 형식입니다.', 'BAD_USER_INPUT'),
  UNAUTHORIZED: kind(401, '인증이 필요합니다.', 'UNAUTHENTICATED'),
  FORBIDDEN: kind(403, '해당 이벤트의 통계를 조회할 권한이 없습니다.', 'FORBIDDEN'),
  EVENT_NOT_FOUND: kind(404, '해당 이벤트를 찾을 수 없습니다.', 'EVENT_NOT_FOUND'),
  INTERNAL_SERVER_ERROR: kind(500, '서버 내부 오류가 발생했습니다.', 'INTERNAL_SERVER_ERROR'),
  EXTERNAL_SERVICE_UNAVAILABLE: kind(
    503,
    '일부 채널 데이터를 불러올 수 없습니다. Fallback 데이터를 사용합니다.',
    'EXTERNAL_SERVICE_UNAVAILABLE',
  ),
  DATABASE_UNAVAILABLE: {
    ...kind(500, '서버 내부 오류가 발생했습니다.', 'DATABASE_UNAVAILABLE'),
    part: 'database',
    restCode: 'INTERNAL_SERVER_ERROR',
  },
  BAD_USER_INPUT: kind(400, '유효하지 않은 요청입니다.', 'BAD_USER_INPUT'),
  NOT_FOUND: kind(404, '요청한 경로를 찾을 수 없습니다.', 'NOT_FOUND'),
  OPERATION_TOO_COSTLY: kind(400, '요청한 작업의 비용이 한도를 초과했습니다.', 'OPERATION_TOO_COSTLY'),
  METHOD_NOT_ALLOWED: kind(405, '허용되지 않은 메서드입니다.', 'METHOD_NOT_ALLOWED'),
  REQUEST_TIMEOUT: kind(408, '요청을 제시간에 받지 못했습니다.', 'REQUEST_TIMEOUT'),
  PAYLOAD_TOO_LARGE: kind(413, '요청 본문이 너무 큽니다.', 'PAYLOAD_TOO_LARGE'),
  TOO_MANY_REQUESTS: kind(429, '요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.', 'TOO_MANY_REQUESTS'),
  SERVICE_OVERLOADED: kind(
    503,
    '지금은 요청을 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.',
    'SERVICE_OVERLOADED',
  ),
  OPERATION_TIMEOUT: kind(503, '작업이 제한 시간 안에 끝나지 않았습니다.', 'OPERATION_TIMEOUT'),
  INSUFFICIENT_STORAGE: kind(
    507,
    '디스크 공간이 부족하여 메시지를 저장할 수 없습니다.',
    'INSUFFICIENT_STORAGE',
  ),
  CONFLICT: kind(409, '현재 상태에서는 처리할 수 없는 요청입니다.', 'CONFLICT'),
  PRECONDITION_FAILED: kind(412, '요청의 전제 조건이 맞지 않습니다.', 'PRECONDITION_FAILED'),
  RANGE_NOT_SATISFIABLE: kind(416, '요청한 범위를 제공할 수 없습니다.', 'RANGE_NOT_SATISFIABLE'),
  UNSUPPORTED_MEDIA_TYPE: kind(415, '지원하지 않는 콘텐츠 형식입니다.', 'UNSUPPORTED_MEDIA_TYPE'),
  REQUEST_HEADER_FIELDS_TOO_LARGE: kind(431, '요청 헤더가 너무 큽니다.', 'REQUEST_HEADER_FIELDS_TOO_LARGE'),
} as const satisfies Readonly<Record<string, ErrorKind>>;

export type ErrorCode = keyof typeof ERRORS;

export interface AppErrorOptions {
  /** What the reader is told in place of the catalogue's words. Never anything of our insides. */
  readonly message?: string;
  /** What lies behind it. For the log only: no reader ever sees it. */
  readonly cause?: unknown;
  /** After how many whole seconds the same request may succeed: Retry-After. */
  readonly retryAfterSeconds?: number;
  /** What a GraphQL client can go by beside the code, such as a cost and its limit. */
  readonly details?: Readonly<Record<string, number>>;
  /** What an HTTP answer says beside its body, such as which methods are allowed. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GraphQLExtensions {
  readonly code: string;
  readonly part?: string;
  readonly retryAfterSeconds?: number;
  readonly [detail: string]: string | number | undefined;
}

/** A failure of a known kind: `message` is for the reader, `cause` for us. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;
  private readonly details: AppErrorOptions['details'];
  private readonly ownHeaders: AppErrorOptions['headers'];

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const { message, cause, retryAfterSeconds, details, headers } = options;
    super(message ?? ERRORS[code].message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.details = details;
    this.ownHeaders = headers;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get graphqlCode(): string {
    return ERRORS[this.code].graphqlCode;
  }

  /** What an HTTP answer says of it beside its body, over REST and GraphQL alike. */
  get headers(): Readonly<Record<string, string>> {
    const { code, retryAfterSeconds, ownHeaders } = this;
    return {
      // A 401 without a challenge is none (RFC 9110, 15.5.2).
      ...(code === 'UNAUTHORIZED' && { 'WWW-Authenticate': 'Bearer' }),
      ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
      ...ownHeaders,
    };
  }

  /** What a GraphQL client is told beside the message. */
  get extensions(): GraphQLExtensions {
    const { graphqlCode: code, part }: ErrorKind = ERRORS[this.code];
    const { retryAfterSeconds, details } = this;
    return {
      code,
      ...(part !== undefined && { part }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...details,
    };
  }
}

export const forbidden = (): AppError => new AppError('FORBIDDEN');

export const eventNotFound = (): AppError => new AppError('EVENT_NOT_FOUND');

/** An event's id that is not a uuid. */
export const invalidEventId = (): AppError => new AppError('INVALID_REQUEST');

/** @param allow the methods that there are, as the header Allow lists them */
export const methodNotAllowed = (allow: string): AppError =>
  new AppError('METHOD_NOT_ALLOWED', { headers: { Allow: allow } });

/** Anything else about a request that its sender has to put right. */
export const badUserInput = (message?: string, cause?: unknown): AppError =>
  new AppError('BAD_USER_INPUT', { ...(message !== undefined && { message }), cause });

/** More than may be asked in a while, or at a time. @param retryAfterSeconds whole seconds, at least 1 */
export const tooManyRequests = (retryAfterSeconds: number, message?: string): AppError =>
  new AppError('TOO_MANY_REQUESTS', { retryAfterSeconds, ...(message !== undefined && { message }) });

/** A failure of ours. The reader learns that there was one, the log why. */
export const internalError = (cause: unknown): AppError => new AppError('INTERNAL_SERVER_ERROR', { cause });

/** Something below us that an answer needs cannot be asked at the moment. */
export class PartUnavailable extends Error {
  constructor(
    readonly part: 'database',
    message: string,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether that is what lies behind a failure, however it has been wrapped since. */
function isDatabaseBehind(error: unknown): boolean {
  for (let next = error; next instanceof Error; next = originOf(next)) {
    if (next instanceof PartUnavailable) return true;
    if (next instanceof AppError && next.code === 'DATABASE_UNAVAILABLE') return true;
  }
  return false;
}

/** GraphQL has a name of its own for the cause. */
const originOf = (error: Error): unknown => ('originalError' in error && error.originalError) || error.cause;

/** What cannot be answered because the database cannot be asked. Told of once by who watches it: not to be logged. */
const databaseUnavailable = (cause: unknown): AppError => new AppError('DATABASE_UNAVAILABLE', { cause });

/** Whatever was thrown, as a failure of a known kind: what we did not foresee is a failure of ours. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError && thrown.code !== 'INTERNAL_SERVER_ERROR') return thrown;
  if (isDatabaseBehind(thrown)) return databaseUnavailable(thrown);
  return thrown instanceof AppError ? thrown : internalError(thrown);
}

/** By who watches the database, and by the metrics of what was refused. */
const TOLD_ELSEWHERE: ReadonlySet<ErrorCode> = new Set([
  'DATABASE_UNAVAILABLE',
  'SERVICE_OVERLOADED',
  'OPERATION_TIMEOUT',
]);

/** Whether a failure is worth a line for every request that it struck: it is ours, and nothing else logs it. */
export const isToBeLogged = ({ status, code }: AppError): boolean =>
  status >= 500 && !TOLD_ELSEWHERE.has(code);

/** The contract's ErrorResponse. */
export interface ErrorBody {
  readonly error: ErrorCode;
  readonly message: string;
  /** UTC, whole seconds. */
  readonly timestamp: string;
}

/** The body of a REST error, its keys in the contract's order. */
export function toErrorBody(
  code: ErrorCode,
  now: Instant,
  message: string = ERRORS[code].message,
): ErrorBody {
  const { restCode = code }: { readonly restCode?: ErrorCode } = ERRORS[code];
  return { error: restCode, message, timestamp: `${new Date(now).toISOString().slice(0, 19)}Z` };
}
