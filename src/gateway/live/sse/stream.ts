import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response as SseResponse } from 'graphql-sse';
import { returnable } from '../returnable';

/** A stream that holds one value: a reader slower than its writer gets the latest, and misses those in between. */
export interface LatestValueStream<Value> {
  put(value: Value): void;
  /** Ends the stream once the last value has been read. */
  end(): void;
  readonly values: AsyncGenerator<Value, void, undefined>;
}

/**
 * @param onReturn called once, when the reader returns the stream or it has ended
 * @param untilReady a value that comes while this is waited for replaces the waiting one
 */
export function createLatestValueStream<Value>(
  onReturn: () => void,
  untilReady: () => Promise<void>,
): LatestValueStream<Value> {
  let waiting: { readonly value: Value } | undefined;
  let isOver = false;
  let wake: () => void = () => undefined;

  async function* read(): AsyncGenerator<Value, void, undefined> {
    for (;;) {
      await untilReady();
      if (waiting !== undefined) {
        const { value } = waiting;
        waiting = undefined;
        yield value;
      } else if (isOver) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  const values = read();
  async function finish(): Promise<void> {
    end();
    waiting = undefined;
    // The generator that awaits a value has been woken up: only then can it be returned.
    await values.return();
  }

  function end(): void {
    if (!isOver) onReturn();
    isOver = true;
    wake();
  }

  return {
    put(value) {
      if (isOver) return;
      waiting = { value };
      wake();
    },
    end,
    values: returnable(() => values.next(), finish),
  };
}

const FLUSH_CHECK_MS = 50;
/** A client that does not read one value for so long is cut. */
const FLUSH_TIMEOUT_MS = 15_000;

/**
 * Resolves when all written bytes have left the process. graphql-sse queues without bound, so a slow client gets no value
 * before it has read the former one.
 */
export async function untilFlushed(response: ServerResponse): Promise<void> {
  const since = performance.now();
  while (response.writableLength > 0 && !response.destroyed) {
    if (performance.now() - since > FLUSH_TIMEOUT_MS) return void response.destroy();
    await sleep(FLUSH_CHECK_MS);
  }
}

/**
 * Writes graphql-sse's response. Its own server adapters do the same, but want Express or read the request's body
 * themselves.
 */
export async function writeResponse(response: ServerResponse, [body, head]: SseResponse): Promise<void> {
  // Without the text of the status, which HTTP/2 does not have.
  response.writeHead(head.status, head.headers);
  if (body === null || typeof body === 'string') return void response.end(body ?? undefined);
  const end = (): void => void body.return();
  response.once('close', end);
  for await (const value of body) if (!(await write(response, value))) break;
  response.off('close', end);
  response.end();
}

/** @returns whether it was written, and more may follow */
function write(response: ServerResponse, value: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // The close event may come late.
    if (!response.writable) return resolve(false);
    response.write(value, (error) => (error ? reject(error) : resolve(true)));
  });
}
