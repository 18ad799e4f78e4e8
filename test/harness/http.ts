import { type IncomingHttpHeaders, request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { contract, type ContractPath } from './contract/openapi';
import { violations } from './contract/validator';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body read as JSON. @throws SyntaxError */
  json(): unknown;
}

export interface HttpRequest {
  readonly method?: string;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface HttpClient {
  /** @param path sent unchanged, without normalisation */
  request(path: string, request?: HttpRequest): Promise<HttpAnswer>;
  get(path: string, token?: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  post(path: string, token: string | undefined, type: string, body: string | Buffer): Promise<HttpAnswer>;
}

/**
 * The HTTP client of the tests. It checks every answer against the contract; a violation fails the test, whatever its
 * subject.
 *
 * @param bases the base paths under which the service at this origin serves the contract
 */
export function createHttpClient(
  origin: string,
  bases: readonly string[] = ['/api', '/analytics/v1'],
): HttpClient {
  async function request(path: string, options: HttpRequest = {}): Promise<HttpAnswer> {
    const answer = await exchange(origin, path, options);
    const found = violations({
      resource: resourceOf(path, bases),
      method: options.method ?? 'GET',
      status: answer.status,
      contentType: answer.headers['content-type'],
      body: answer.body,
    });
    if (found.length > 0) {
      throw new Error(
        `${options.method ?? 'GET'} ${path.slice(0, 200)} departs from the contract:\n${found.join('\n')}`,
      );
    }
    return answer;
  }

  return {
    request,
    get: (path, token, headers) => request(path, { token, ...(headers && { headers }) }),
    post: (path, token, type, body) =>
      request(path, { method: 'POST', token, headers: { 'content-type': type }, body }),
  };
}

async function exchange(
  origin: string,
  path: string,
  { method = 'GET', token, headers, body }: HttpRequest,
): Promise<HttpAnswer> {
  const { hostname, port } = new URL(origin);
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await new Promise<{ status: number; headers: IncomingHttpHeaders; body: Promise<string> }>(
    (resolve, reject) => {
      const outgoing = send(
        { hostname, port, path, method, headers: { ...bearer, ...headers } },
        (incoming) =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text(incoming) }),
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    },
  );
  const received = await answer.body;
  return {
    status: answer.status,
    headers: answer.headers,
    body: received,
    json: () => JSON.parse(received) as unknown,
  };
}

const RESOURCES = (Object.keys(contract.paths) as ContractPath[]).map(
  (resource) => [new RegExp(`^${resource.replace(/\{\w+\}/g, '[^/]*')}$`), resource] as const,
);

function resourceOf(path: string, bases: readonly string[]): ContractPath | undefined {
  const [pathname = ''] = path.split('?');
  for (const base of bases) {
    const below = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : '';
    const found = RESOURCES.find(([pattern]) => pattern.test(below));
    if (found !== undefined) return found[1];
  }
  return undefined;
}
