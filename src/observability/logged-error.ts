/** An error as the log writes it: these fields and no others. */
export interface LoggedError {
  readonly type?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: LoggedError | string;
  /** What an AggregateError holds. */
  readonly errors?: readonly (LoggedError | string)[];
  /** One of DETAILS. */
  readonly [detail: string]: unknown;
}

/**
 * The fields of an error that may be logged beside its message. Clients hang their connection on their errors, password and all, or the
 * command that failed, which may be the one that signs in: whatever is not named here stays out of the log.
 */
const DETAILS = [
  ...['code', 'errno', 'syscall', 'address', 'port', 'hostname'],
  // Of PostgreSQL, and of Prisma, which keeps PostgreSQL's code under another name.
  ...['severity', 'routine', 'schema', 'table', 'constraint', 'originalCode', 'originalMessage', 'kind'],
  // Of HTTP and of KafkaJS.
  ...['status', 'statusCode', 'broker', 'topic', 'partition', 'groupId', 'retriable', 'retryCount'],
] as const;

const MOST_CAUSES = 8;
const MOST_ERRORS = 10;

/** The serializer for `err`. What is thrown need be no error. */
export function loggedError(thrown: unknown, depth = 0): LoggedError | string {
  if (typeof thrown !== 'object' || thrown === null) return withoutSecrets(String(thrown));
  const { constructor, name, message, stack, cause, errors } = fieldsOf(thrown);
  const type = thrown instanceof Error ? (textOf(name) ?? nameOf(constructor)) : undefined;
  const isDeepEnough = depth >= MOST_CAUSES;
  return {
    ...(type !== undefined && { type }),
    ...withText('message', message),
    ...withText('stack', stack),
    ...detailsOf(thrown),
    ...(cause !== undefined && cause !== null && !isDeepEnough && { cause: loggedError(cause, depth + 1) }),
    ...(Array.isArray(errors) &&
      !isDeepEnough && { errors: errors.slice(0, MOST_ERRORS).map((each) => loggedError(each, depth + 1)) }),
  };
}

type Fields = Partial<Record<'constructor' | 'name' | 'message' | 'stack' | 'cause' | 'errors', unknown>>;

const fieldsOf = (thrown: object): Fields => thrown;

function nameOf(constructor: unknown): string | undefined {
  return typeof constructor === 'function' ? constructor.name : undefined;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function withText(key: 'message' | 'stack', value: unknown): Partial<LoggedError> {
  return typeof value === 'string' ? { [key]: withoutSecrets(value) } : {};
}

function detailsOf(thrown: object): Record<string, unknown> {
  const details: Record<string, unknown> = {};
  for (const key of DETAILS) {
    const value: unknown = Reflect.get(thrown, key);
    if (typeof value === 'string') details[key] = withoutSecrets(value);
    else if (typeof value === 'number' || typeof value === 'boolean') details[key] = value;
  }
  return details;
}

const REDACTED = '[redacted]';
/** `scheme://user:password@`, whatever is in the password but blanks and quotes. */
const USER_OF_URL = /(\b[a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#"'\\@]*|[^\s:/"'\\@]*:[^\s"'\\@]*)@/gi;
/** `password=…`, of a connection string or a query. */
const NAMED_SECRET = /\b(password|passwd|pwd|secret|access_token|token)=([^\s&;,"'\\]+)/gi;
const BEARER = /\b(Bearer)\s+[^\s"'\\,]+/gi;

/** A text, without what would let its reader sign in. */
export function withoutSecrets(text: string): string {
  return text
    .replace(USER_OF_URL, `$1${REDACTED}@`)
    .replace(NAMED_SECRET, `$1=${REDACTED}`)
    .replace(BEARER, `$1 ${REDACTED}`);
}
