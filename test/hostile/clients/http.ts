import { Agent, type IncomingHttpHeaders, request as send } from 'node:http';
import { Readable } from 'node:stream';
import { z } from 'zod';

/** The result of a request. */
export interface Answer {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The beginning of the body; the rest is only counted. */
  readonly body: string;
  readonly bytes: number;
  /** Why there was no answer. */
  readonly failure: string | undefined;
  readonly tookMs: number;
}

export interface Question {
  readonly path?: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent by POST as JSON; without one it is a GET. */
  readonly json?: unknown;
}

const KEPT_BYTES = 64 * 1024;
const PATIENCE_MS = 60_000;
/** Opens as many connections as needed. */
const agent = new Agent({ keepAlive: false, maxSockets: Infinity });

/** Sends one request. Never rejects: no answer is a result, too. */
export function ask(origin: string, question: Question, patienceMs = PATIENCE_MS): Promise<Answer> {
  const { path = '/graphql', token, headers, json } = question;
  const body = json === undefined ? undefined : JSON.stringify(json);
  const begun = performance.now();
  return new Promise((resolve) => {
    const end = (answer: Partial<Answer>): void => {
      clearTimeout(timer);
      const nothing = { status: 0, headers: {}, body: '', bytes: 0, failure: undefined };
      resolve({ ...nothing, ...answer, tookMs: performance.now() - begun });
    };
    const outgoing = send(`${origin}${path}`, {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
        ...headers,
      },
    });
    const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), patienceMs);
    outgoing.once('error', ({ message }) => end({ failure: message }));
    outgoing.once('response', (incoming) => {
      const kept: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        if (bytes < KEPT_BYTES) kept.push(chunk.subarray(0, KEPT_BYTES - bytes));
        bytes += chunk.length;
      });
      const { statusCode: status = 0, headers: told } = incoming;
      incoming.once('error', ({ message }) => end({ status, headers: told, bytes, failure: message }));
      incoming.once('end', () => end({ status, headers: told, body: Buffer.concat(kept).toString(), bytes }));
    });
    outgoing.end(body);
  });
}

/** Sends many requests at the same moment, each on its own connection. */
export function askTogether(origin: string, questions: readonly Question[]): Promise<Answer[]> {
  return Promise.all(questions.map((question) => ask(origin, question)));
}

export interface Lines {
  readonly token: string;
  readonly line: string;
  readonly times: number;
}

const LINES_AT_ONCE = 10_000;

/** Sends the same line again and again, as fast as the server accepts it. @returns the status; 0 when the connection was ended first */
export async function sendLines(url: string, { token, line, times }: Lines): Promise<{ status: number }> {
  const lines = Buffer.from(line.repeat(LINES_AT_ONCE));
  function* pieces(): Generator<Buffer> {
    for (let sent = 0; sent < times; sent += LINES_AT_ONCE) yield lines;
  }
  return new Promise((resolve) => {
    const outgoing = send(url, {
      agent,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    });
    outgoing.once('response', (incoming) => {
      incoming.resume();
      resolve({ status: incoming.statusCode ?? 0 });
    });
    outgoing.on('error', () => resolve({ status: 0 }));
    Readable.from(pieces()).pipe(outgoing);
  });
}

const errors = z.object({
  errors: z.array(
    z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }),
  ),
});

/** The first error of a GraphQL answer, as JSON or as the first value of an event stream; undefined for none. */
export function firstError({ body }: Pick<Answer, 'body'>): { code: string; message: string } | undefined {
  const json = /^data: (.*)$/m.exec(body)?.[1] ?? body;
  try {
    const [first] = errors.parse(JSON.parse(json)).errors;
    return first && { code: first.extensions?.code ?? 'without a code', message: first.message };
  } catch {
    // There is no error, or the body is too long to be complete here.
    return undefined;
  }
}
