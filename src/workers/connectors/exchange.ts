import { PlatformFailure } from './platform';
import type { Outgoing } from './outgoing';

/** An answer before its body is read. A caller that does not read it aborts the signal, which ends the connection. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** @throws PlatformFailure TOO_LARGE, BAD_ANSWER (no JSON in UTF-8), UNREACHABLE (cut off) */
  readJson(): Promise<unknown>;
}

/**
 * Sends a request. Redirects are not followed: they could lead credentials elsewhere.
 *
 * @param mostBytes a body that is longer is not read to its end, and its connection is closed
 * @param signal aborts when the time is over, and when nothing more is wanted of the answer
 * @throws PlatformFailure TIMEOUT, UNREACHABLE or CERTIFICATE
 */
export async function exchange(
  { url, ...outgoing }: Outgoing,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Answer> {
  const { body: content, ...rest } = outgoing;
  const init = {
    ...rest,
    redirect: 'manual',
    signal,
    ...(content !== undefined && { body: content }),
  } as const;
  const response = await orFailure(fetch(url, init), signal);
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    readJson: async () => decode(await orFailure(readBody(response, mostBytes), signal)),
  };
}

async function readBody(response: Response, mostBytes: number): Promise<Buffer> {
  const body: ReadableStream<Uint8Array> | null = response.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the connection.
    if (size > mostBytes)
      throw new PlatformFailure('TOO_LARGE', `the answer is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The engine's own messages would quote the text, so they are dropped. */
function decode(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new PlatformFailure('BAD_ANSWER', 'the answer is not JSON in UTF-8');
  }
}

async function orFailure<T>(sending: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await sending;
  } catch (error) {
    if (error instanceof PlatformFailure) throw error;
    throw signal.aborted ? outOfTime(error) : failureOf(error);
  }
}

/** The codes of OpenSSL and of Node for certificates that do not hold (Node's documentation of TLS lists them). */
const CERTIFICATE =
  /CERT|SELF_SIGNED|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|UNABLE_TO_VERIFY_LEAF_SIGNATURE/;
const TIMEOUT = /^(?:UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/;

/** Its time was over, whatever became of it then. */
export function outOfTime(cause: unknown): PlatformFailure {
  return new PlatformFailure('TIMEOUT', 'no answer in time', { cause });
}

function failureOf(error: unknown): PlatformFailure {
  const code = codeOf(error);
  if (CERTIFICATE.test(code)) {
    return new PlatformFailure('CERTIFICATE', `the certificate does not hold (${code})`, { cause: error });
  }
  if (TIMEOUT.test(code)) return new PlatformFailure('TIMEOUT', `no answer (${code})`, { cause: error });
  return new PlatformFailure('UNREACHABLE', `the connection failed (${code})`, { cause: error });
}

/** fetch says no more than that it failed; the code is in one of the causes. */
function codeOf(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : undefined) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return 'no code';
}
