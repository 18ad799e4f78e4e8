import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors';
import type { Clock } from '../platform/clock';
import { sendError } from '../rest/respond';

/** How many requests of one client are dealt with side by side, and how many may wait for that. */
export interface IntakeLimits {
  readonly underWay: number;
  /** After so many milliseconds a request waits for something else than the processor, and counts no longer. */
  readonly countsMs: number;
  readonly waiting: number;
  /** Of one connection, unanswered: beyond, whoever sends ahead of the answers is told so, and let go. */
  readonly unanswered: number;
}

export const INTAKE_LIMITS: IntakeLimits = { underWay: 8, countsMs: 50, waiting: 1_000, unanswered: 64 };

/** What one turn of the event loop may spend on beginning to answer requests, in milliseconds. */
const TURN_MS = 4;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The requests of one client. */
interface Line {
  underWay: number;
  readonly waiting: Waiting[];
}

/**
 * Hands requests on, those of each client in turn, and in one turn of the event loop no more than it can bear: a thousand
 * that come in one read wait for each other, and nobody else waits for them. Who a client is is told by the token as it
 * was sent, which nobody has looked at yet; by the address, where there is none.
 */
export function createHttpIntake(
  listener: RequestListener,
  clock: Clock,
  limits: IntakeLimits = INTAKE_LIMITS,
): RequestListener {
  const lines = new Map<string, Line>();
  /** Those in which somebody waits who may be dealt with: whose turn it is stands first. */
  const ready = new Map<string, Line>();
  const unanswered = new WeakMap<Socket, number>();
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
    if (response.destroyed) return;
    if (!isStream(request)) {
      line.underWay += 1;
      let counts = true;
      const end = (): void => {
        if (!counts) return;
        counts = false;
        clearTimeout(timer);
        line.underWay -= 1;
        goOn(client, line);
      };
      const timer = setTimeout(end, limits.countsMs).unref();
      response.once('close', end);
    }
    listener(request, response);
  }

  function goOn(client: string, line: Line): void {
    if (line.waiting.length > 0 && line.underWay < limits.underWay) {
      ready.set(client, line);
      askForTurn();
    } else if (line.waiting.length === 0 && line.underWay === 0) lines.delete(client);
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
      if (next !== undefined) begin(client, line, next);
      // It goes behind the others, which this loop still comes to.
      goOn(client, line);
      if (performance.now() >= end) break;
    }
    askForTurn();
  }

  /** @returns how many of the connection's requests have not been answered, with this one */
  function countUnanswered({ socket }: IncomingMessage, response: ServerResponse): number {
    const count = (unanswered.get(socket) ?? 0) + 1;
    unanswered.set(socket, count);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    return count;
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

  return (request, response) => {
    const asked = { request, response };
    const count = countUnanswered(request, response);
    if (count > limits.unanswered) return refuseFarAhead(asked, count);
    const client = clientOf(request);
    const line = lines.get(client) ?? { underWay: 0, waiting: [] };
    lines.set(client, line);
    if (line.waiting.length === 0 && line.underWay < limits.underWay && !isBusy()) begin(client, line, asked);
    else if (line.waiting.length >= limits.waiting) refuse(asked, WAITING);
    else {
      line.waiting.push(asked);
      goOn(client, line);
    }
  };
}

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
