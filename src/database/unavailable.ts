import { PartUnavailable } from '../errors';
import { NoAnswer } from './deadline';
import { sqlState, wrapped } from './failures';

/**
 * The database cannot be asked at the moment: it is away, it hangs, or it has no connection left. The same statement may
 * succeed later; until then its result is not known.
 */
export class DatabaseUnavailable extends PartUnavailable {
  override readonly name = 'DatabaseUnavailable';

  constructor(cause: unknown) {
    super('database', 'The database does not answer.', { cause });
  }
}

/** What is known of an event is not all there yet: a node of the database that was lost has to commit it first. */
export const notThereYet = (): DatabaseUnavailable =>
  new DatabaseUnavailable(
    new Error('A part of what was committed is not there yet: a node of the database was lost while it was.'),
  );

/** Whether a failure, or a cause below it, means that the database cannot be asked at the moment. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (const each of wrapped(error)) {
    if (each instanceof DatabaseUnavailable || each instanceof NoAnswer) return true;
    const code: unknown = Reflect.get(each, 'code');
    if (typeof code === 'string' && CODES.has(code)) return true;
    // A server that is down has no socket file.
    if (code === 'ENOENT' && Reflect.get(each, 'syscall') === 'connect') return true;
    const kind: unknown = Reflect.get(each, 'kind');
    if (typeof kind === 'string' && KINDS.has(kind)) return true;
    if (each instanceof Error && MESSAGES.test(each.message)) return true;
  }
  const state = sqlState(error);
  return state !== undefined && STATES.test(state);
}

/** The failure as its caller sees it: unavailability as DatabaseUnavailable, anything else unchanged. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable || !isDatabaseUnavailable(error)) return error;
  return new DatabaseUnavailable(error);
}

/** What a connection is refused for; waiting mends none of it. Prisma's adapters say no more than which of these it is. */
const REFUSALS: ReadonlySet<string> = new Set([
  ...['TlsConnectionError', 'AuthenticationFailed', 'DatabaseAccessDenied', 'DatabaseDoesNotExist'],
]);

/** The failure of a first connection as its operator has to see it: a refusal says why, anything else is unchanged. */
export function asRefusal(error: unknown): unknown {
  const isRefused = [...wrapped(error)].some((each) => REFUSALS.has(String(Reflect.get(each, 'kind'))));
  return isRefused
    ? new Error(`DATABASE_URL: the database cannot be connected to (${reasonOf(error)}).`, { cause: error })
    : error;
}

/** In one sentence, to be logged: what lies below all that it has been wrapped in. Names no secret. */
export function reasonOf(error: unknown): string {
  const said = [...wrapped(error)].map(saidBy).filter((text) => text !== undefined);
  return said.at(-1) ?? String(error);
}

function saidBy(error: object): string | undefined {
  const [kind, host, port] = ['kind', 'host', 'port'].map((key): unknown => Reflect.get(error, key));
  if (typeof kind === 'string' && typeof host === 'string') return `${kind}: ${host}:${String(port)}`;
  return ['reason', 'message', 'originalMessage', 'code']
    .map((key): unknown => Reflect.get(error, key))
    .find((text): text is string => typeof text === 'string' && text !== '');
}

/**
 * Class 08: connection exceptions. 25006: a standby that is not the primary yet, or not any more. 25P03 and 25P04: a
 * transaction that was idle or open for too long. Class 53: insufficient resources, too many connections among them.
 * Class 57: operator intervention, a shutdown or a statement that took too long among them. 58: the system's own failures.
 * (PostgreSQL, appendix A)
 */
const STATES = /^(?:08|25006|25P0[34]|53|57|58)/;

/** Of sockets and name servers; and Prisma's for a database that is away, too slow or too busy, or a lost transaction. */
const CODES: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN'],
  ...['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037'],
]);

/** Of Prisma's driver adapters. */
const KINDS: ReadonlySet<string> = new Set([
  ...['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'],
]);

/** What pg and its pool say without a code. */
const MESSAGES =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired|Query read timeout|Cannot use a pool after calling end|The connection was lost while the database was migrated)/;
