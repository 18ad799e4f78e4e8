import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Lifecycle } from '../lifecycle';
import type { Logger } from '../observability/log';
import type { Metrics } from '../observability/metrics';

/**
 * Answers what those who run the process ask it: `GET /livez`, `/readyz` and `/metrics`, HEAD likewise. None of it has data of
 * any store, and it needs no token: an ingress has to forward the contract's base path and `/graphql`, and not these paths.
 *
 * @returns whether the request was for one of these, and is being answered
 */
export type Probes = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface ProbesOptions {
  readonly lifecycle: Pick<Lifecycle, 'readiness'>;
  readonly registry: Metrics['registry'];
  /** What `/readyz` tells besides. It decides nothing. */
  readonly tellMore?: () => Promise<object>;
  readonly log: Logger;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export function createProbes({ lifecycle, registry, tellMore, log }: ProbesOptions): Probes {
  /** That it is answered is all that it says: a process that waits for a server is alive, and ending it mends nothing. */
  const alive = (): Answer => inJson(200, { alive: true });

  /**
   * 200 when every part that the service needs is ready, else 503. With `?without=database` that part decides nothing: a gateway
   * goes on answering what is known, which nobody would see if it were taken out of its service.
   */
  async function ready(query: URLSearchParams): Promise<Answer> {
    const without = new Set(query.getAll('without'));
    const [readiness, more] = await Promise.all([lifecycle.readiness(without), tellMore?.()]);
    return inJson(readiness.ready ? 200 : 503, { ...readiness, ...more });
  }

  async function metrics(): Promise<Answer> {
    return { status: 200, type: registry.contentType, text: await registry.metrics() };
  }

  async function resolved(asked: () => Answer | Promise<Answer>): Promise<Answer> {
    try {
      return await asked();
    } catch (error) {
      log.error({ err: error }, 'a probe could not be answered');
      return inJson(500, { message: 'It could not be found out; the log of the process says why.' });
    }
  }

  const answers = new Map<string, (query: URLSearchParams) => Answer | Promise<Answer>>([
    ['/livez', alive],
    ['/readyz', ready],
    ['/metrics', metrics],
  ]);

  return (request, response) => {
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    // Exactly these, so that a proxy's rule that blocks a path can rely on there being no second spelling of it.
    const [path = '', query] = (request.url ?? '/').split('?', 2);
    const answer = isReading ? answers.get(path) : undefined;
    if (answer === undefined) return false;
    const asked = resolved(() => answer(new URLSearchParams(query)));
    void asked.then((found) => send(request, response, found));
    return true;
  };
}

function send({ method }: IncomingMessage, response: ServerResponse, { status, type, text }: Answer): void {
  const bytes = Buffer.from(text);
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': type,
    'Content-Length': bytes.length,
  });
  response.end(method === 'HEAD' ? undefined : bytes);
}

const inJson = (status: number, body: object): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
});
