import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AppError } from '../errors';
import type { Clock } from '../runtime/clock';
import { sendError } from '../rest/respond';
import type { OpenAnswers } from './open-answers';

/** How much one client's requests may be dealt with side by side, and how many may wait for that. */
export interface IntakeLimits {
  /** Their weights together. */
  readonly underWay: number;
  /** After so many milliseconds a request waits for something else than the processor, and counts no longer. */
  readonly countsMs: number;
  readonly waiting: number;
  /** Of one connection, unanswered: beyond, whoever sends ahead of the answers is told so, and let go. */
  readonly unanswered: number;
}

export const INTAKE_LIMITS: IntakeLimits = { underWay: 64, countsMs: 50, waiting: 1_000, unanswered: 64 };

/** What one turn of the event loop may spend on beginning to answer requests, in milliseconds. */
const TURN_MS = 4;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface UnderWay {
  /** By `performance.now()`. */
  readonly begunAt: number;
  readonly weight: number;
}

/** The requests of one client. */
interface Line {
  /** Those that count, the oldest first. */
  readonly underWay: Set<UnderWay>;
  /** Of those together. */
  weight: number;
  readonly waiting: Waiting[];
  /** Set while somebody waits for no other reason than those that are under way. */
  timer: NodeJS.Timeout | undefined;
}

export interface HttpIntakeOptions {
  /** Where it is seen how many requests of a connection have not been answered. */
  readonly answers: OpenAnswers;
  readonly clock: Clock;
  /** About how many times as much of the processor a request wants as the lightest of them. */
  readonly weightOf: (request: IncomingMessage) => number;
  readonly limits?: IntakeLimits;
}

export interface HttpIntake {
  readonly take: RequestListener;
  /** How many clients have requests that count or wait: nothing is kept of others. */
  readonly clients: number;
}

/**
 * Hands requests on, those of each client in turn, and in one turn of the event loop no more than it can bear: a thousand
 * that come in one read wait for each other, and nobody else waits for them. Who a client is is told by the token as it
 * was sent, which nobody has looked at yet; by the address, where there is none.
 */
export function createHttpIntake(
  listener: RequestListener,
  { answers, clock, weightOf, limits = INTAKE_LIMITS }: HttpIntakeOptions,
): HttpIntake {
  const lines = new Map<string, Line>();
  /** Those in which somebody waits who may be dealt with: whose turn it is stands first. */
  const ready = new Map<string, Line>();
  let isDue = false;
  /** Since when this turn of the loop has been beginning to answer; undefined as long as it has not. */
  let busySince: number | undefined;

  function isBusy(): boolean {
    if (busySince !== undefined) return performance.now() - busySince >= TURN_MS;
    busySince = performance.now();
    setImmediate(() => (busySince = undefined));
    return false;
  }

  function begin(client: string, line: Line, { request, response }: Waiting): void {
    // Whoever waited in vain has left; a stream lasts, and has a limit of its own.
    if (!response.destroyed && !isStream(request)) {
      const underWay = { begunAt: performance.now(), weight: weightOf(request) };
      line.underWay.add(underWay);
      line.weight += underWay.weight;
      response.once('close', () => {
        if (leave(line, underWay)) goOn(client, line);
      });
    }
    if (!response.destroyed) listener(request, response);
    goOn(client, line);
  }

  /** @returns whether it has counted until now */
  function leave(line: Line, underWay: UnderWay): boolean {
    const counted = line.underWay.delete(underWay);
    if (counted) line.weight -= underWay.weight;
    return counted;
  }

  function hasRoom(line: Line): boolean {
    if (line.weight < limits.underWay) return true;
    const since = performance.now() - limits.countsMs;
    for (const each of line.underWay) {
      if (each.begunAt > since) break;
      leave(line, each);
    }
    return line.weight < limits.underWay;
  }

  function goOn(client: string, line: Line): void {
    if (line.waiting.length === 0) forgetIfEmpty(client, line);
    else if (hasRoom(line)) {
      ready.set(client, line);
      askForTurn();
    } else lookAgain(client, line);
  }

  /** Nobody tells when one that is under way counts no longer. */
  function lookAgain(client: string, line: Line): void {
    line.timer ??= setTimeout(() => {
      line.timer = undefined;
      goOn(client, line);
    }, limits.countsMs).unref();
  }

  function forgetIfEmpty(client: string, line: Line): void {
    clearTimeout(line.timer);
    line.timer = undefined;
    if (line.underWay.size === 0 && lines.get(client) === line) lines.delete(client);
  }

  function askForTurn(): void {
    if (isDue || ready.size === 0) return;
    isDue = true;
    setImmediate(turn);
  }

  function turn(): void {
    isDue = false;
    const end = performance.now() + TURN_MS;
    for (const [client, line] of ready) {
      ready.delete(client);
      const next = line.waiting.shift();
      // It goes behind the others, which this loop still comes to.
      if (next !== undefined) begin(client, line, next);
      if (performance.now() >= end) break;
    }
    askForTurn();
  }

  /**
   * The first that is too many is told so; when that has been sent, the connection is closed, and with it all that came
   * behind. Who does not even take in the answers before is not waited for.
   */
  function refuseFarAhead(asked: Waiting, count: number): void {
    if (count === limits.unanswered + 1) refuse(asked, UNANSWERED, { Connection: 'close' });
    else if (count > 2 * limits.unanswered) asked.request.socket.destroy();
  }

  function refuse({ request, response }: Waiting, message: string, headers = {}): void {
    const error = new AppError('TOO_MANY_REQUESTS', { message, headers, retryAfterSeconds: 1 });
    sendError(request, response, error, clock.now());
  }

  function take(request: IncomingMessage, response: ServerResponse): void {
    const asked = { request, response };
    const count = answers.countOn(request.socket);
    if (count > limits.unanswered) return refuseFarAhead(asked, count);
    const client = clientOf(request);
    const line = lines.get(client) ?? createLine();
    lines.set(client, line);
    if (line.waiting.length === 0 && hasRoom(line) && !isBusy()) begin(client, line, asked);
    else if (line.waiting.length >= limits.waiting) refuse(asked, WAITING);
    else {
      line.waiting.push(asked);
      goOn(client, line);
    }
  }

  return {
    take,
    get clients() {
      return lines.size;
    },
  };
}

const createLine = (): Line => ({ underWay: new Set(), weight: 0, waiting: [], timer: undefined });

const UNANSWERED = '한 연결에서 응답을 기다리지 않고 보낸 요청이 너무 많습니다.';
const WAITING = '처리를 기다리는 요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.';

/** The end of a token is its signature: of two different ones it differs. */
const TOLD_APART_BY = 64;

function clientOf({ headers, socket }: IncomingMessage): string {
  return headers.authorization?.slice(-TOLD_APART_BY) ?? socket.remoteAddress ?? '';
}

function isStream({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/event-stream') ?? false;
}
