import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Viewer } from '../auth/viewer';
import type { paths } from '../generated/openapi';

/** The contract's paths as the contract writes them, and the contract itself. */
export type EndpointPath = keyof paths | '/openapi.yaml';

interface Resource {
  /**
   * The path below a base, its parameters in braces. The route, the label in the metrics and the path of the contract are
   * all derived from it.
   */
  readonly path: EndpointPath;
}

export interface PublicEndpoint extends Resource {
  readonly access: 'public';
  /**
   * Answers GET and HEAD, or rejects with an AppError. HEAD, OPTIONS and every other method follow from it.
   *
   * @param parameters the values of the path's parameters as they were sent: not decoded
   */
  get(
    request: IncomingMessage,
    response: ServerResponse,
    parameters: readonly string[],
  ): void | Promise<void>;
}

export interface TokenEndpoint extends Resource {
  /** The router admits the request, and the handler is given its viewer. */
  readonly access: 'token';
  /** As of a public endpoint. */
  get(
    request: IncomingMessage,
    response: ServerResponse,
    parameters: readonly string[],
    viewer: Viewer,
  ): void | Promise<void>;
}

/** One resource of the contract. It does not compile without saying who may call it. */
export type Endpoint = PublicEndpoint | TokenEndpoint;
