import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { violations } from '../../harness/contract/validator';

export interface Answer {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly body: string;
  readonly tookMs: number;
  /** The reason in a stale answer. */
  readonly staleReason?: string;
  /** Why there was no answer. */
  readonly failure?: string;
  /** How it violates the contract; checked for REST only. */
  readonly violation?: string;
}

/** Longer than any reader should wait; then the request counts as unanswered. */
const PATIENCE_MS = 30_000;
const agent = new Agent({ keepAlive: true, maxSockets: 200 });

/** Sends a request to a gateway as a client does. Never rejects. @param body sent by POST; GET without one */
export async function ask(origin: string, path: string, token: string, body?: string): Promise<Answer> {
  const begun = performance.now();
  const took = (): number => performance.now() - begun;
  try {
    const { status, headers, body: received } = await exchange(`${origin}${path}`, token, body);
    const reason = headers['x-stale-reason'];
    const violation =
      body === undefined ? contractViolation(status, headers['content-type'], received) : undefined;
    return {
      status,
      body: received,
      tookMs: took(),
      ...(reason !== undefined && { staleReason: String(reason) }),
      ...(violation !== undefined && { violation }),
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { status: 0, body: '', tookMs: took(), failure: code };
  }
}

function contractViolation(
  status: number,
  contentType: string | undefined,
  body: string,
): string | undefined {
  const resource = '/events/{eventId}/analytics';
  return violations({ resource, method: 'GET', status, contentType, body })[0];
}

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function exchange(url: string, token: string, body: string | undefined): Promise<Received> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const outgoing = request(
      url,
      { agent, method: body === undefined ? 'GET' : 'POST', headers, timeout: PATIENCE_MS },
      (incoming) => {
        text(incoming).then(
          (received) =>
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: received }),
          reject,
        );
      },
    );
    outgoing.once('timeout', () =>
      outgoing.destroy(Object.assign(new Error('no answer'), { code: 'no answer' })),
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
