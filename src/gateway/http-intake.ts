import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AppError } from '../errors';
import type { Clock } from '../runtime/clock';
import { sendError } from '../rest/respond';
import { mayBeStream } from './live/streams/negotiation';
import type { UnfinishedAnswers } from './unfinished-answers';

/** How many of one client's requests may run at a time, and how many may wait. */
export interface IntakeLimits {
  /** The sum of the weights of those that run. */
  readonly running: number;
  /** After this time a request waits for something else than the processor, and is not counted any more. */
  readonly countsMs: number;
  readonly waiting: number;
  /** How many pipelined requests of one connection may be unanswered. Beyond it, the connection is closed. */
  readonly unanswered: number;
}

const INTAKE_LIMITS: IntakeLimits = { running: 64, countsMs: 50, waiting: 1_000, unanswered: 64 };

/** How long one iteration of the event loop begins to answer requests. */
const ITERATION_MS = 4;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Running {
  /** By `performance.now()`. */
  readonly begunAt: number;
  readonly weight: number;
}

/** The requests of one client. */
interface ClientQueue {
  /** Those that count, the oldest first. */
  readonly running: Set<Running>;
  /** The sum of their weights. */
  weight: number;
  readonly waiting: Waiting[];
  /** Set while requests wait only for those that run. */
  timer: NodeJS.Timeout | undefined;
}

export interface HttpIntakeOptions {
  /** Knows how many requests of a connection are unanswered. */
  readonly answers: UnfinishedAnswers;
  readonly clock: Clock;
  /** How many times as long as the lightest request this one takes, approximately. */
  readonly weightOf: (request: IncomingMessage) => number;
  readonly limits?: IntakeLimits;
}

export interface HttpIntake {
  readonly take: RequestListener;
  /** How many clients have requests that are counted or wait: nothing is stored of others. */
  readonly clients: number;
}

/**
 * Passes requests on, those of the clients in rotation, and no more in one iteration of the event loop than fit into
 * ITERATION_MS: a thousand that arrive in one read delay each other, and no other client. A client is identified by its token as
 * it was sent, not verified yet; without one, by its address.
 */
export function createHttpIntake(
  listener: RequestListener,
  { answers, clock, weightOf, limits = INTAKE_LIMITS }: HttpIntakeOptions,
): HttpIntake {
  const queues = new Map<string, ClientQueue>();
  /** Those with a waiting request that may run: the next to be served is first. */
  const ready = new Map<string, ClientQueue>();
  let isDue = false;
  /** Since when this iteration of the loop has been beginning to answer; undefined while it has not. */
  let busySince: number | undefined;

  function isBusy(): boolean {
    if (busySince !== undefined) return performance.now() - busySince >= ITERATION_MS;
    busySince = performance.now();
    setImmediate(() => (busySince = undefined));
    return false;
  }

  function begin(client: string, queue: ClientQueue, { request, response }: Waiting): void {
    // A client may have disconnected while it waited. A stream lasts, and has its own limit.
    if (!response.destroyed && !mayBeStream(request)) {
      const running = { begunAt: performance.now(), weight: weightOf(request) };
      queue.running.add(running);
      queue.weight += running.weight;
      response.once('close', () => {
        if (leave(queue, running)) serveNext(client, queue);
      });
    }
    if (!response.destroyed) listener(request, response);
    serveNext(client, queue);
  }

  /** @returns whether it has counted until now */
  function leave(queue: ClientQueue, running: Running): boolean {
    const counted = queue.running.delete(running);
    if (counted) queue.weight -= running.weight;
    return counted;
  }

  function hasRoom(queue: ClientQueue): boolean {
    if (queue.weight < limits.running) return true;
    const since = performance.now() - limits.countsMs;
    for (const each of queue.running) {
      if (each.begunAt > since) break;
      leave(queue, each);
    }
    return queue.weight < limits.running;
  }

  function serveNext(client: string, queue: ClientQueue): void {
    if (queue.waiting.length === 0) forgetIfEmpty(client, queue);
    else if (hasRoom(queue)) {
      ready.set(client, queue);
      scheduleIteration();
    } else lookAgain(client, queue);
  }

  /** There is no event for a running request that is not counted any more. */
  function lookAgain(client: string, queue: ClientQueue): void {
    queue.timer ??= setTimeout(() => {
      queue.timer = undefined;
      serveNext(client, queue);
    }, limits.countsMs).unref();
  }

  function forgetIfEmpty(client: string, queue: ClientQueue): void {
    clearTimeout(queue.timer);
    queue.timer = undefined;
    if (queue.running.size === 0 && queues.get(client) === queue) queues.delete(client);
  }

  function scheduleIteration(): void {
    if (isDue || ready.size === 0) return;
    isDue = true;
    setImmediate(runIteration);
  }

  function runIteration(): void {
    isDue = false;
    const end = performance.now() + ITERATION_MS;
    for (const [client, queue] of ready) {
      ready.delete(client);
      const first = queue.waiting.shift();
      // `begin` puts the client behind the others, which this loop still reaches.
      if (first !== undefined) begin(client, queue, first);
      if (performance.now() >= end) break;
    }
    scheduleIteration();
  }

  /**
   * The first excess request is refused, which closes the connection and ends all later ones. A client that does not read the
   * answers before it is disconnected.
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
    const queue = queues.get(client) ?? createQueue();
    queues.set(client, queue);
    if (queue.waiting.length === 0 && hasRoom(queue) && !isBusy()) begin(client, queue, asked);
    else if (queue.waiting.length >= limits.waiting) refuse(asked, WAITING);
    else {
      queue.waiting.push(asked);
      serveNext(client, queue);
    }
  }

  return {
    take,
    get clients() {
      return queues.size;
    },
  };
}

const createQueue = (): ClientQueue => ({ running: new Set(), weight: 0, waiting: [], timer: undefined });

const UNANSWERED = '한 연결에서 응답을 기다리지 않고 보낸 요청이 너무 많습니다.';
const WAITING = '처리를 기다리는 요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.';

/** The end of a token is its signature, which differs for different tokens. */
const SIGNATURE_CHARACTERS = 64;

function clientOf({ headers, socket }: IncomingMessage): string {
  return headers.authorization?.slice(-SIGNATURE_CHARACTERS) ?? socket.remoteAddress ?? '';
}
