import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Viewer } from '../auth/viewer';
import type { EventId } from '../domain/values';
import type { paths } from '../generated/openapi';

/**
 * The contract's paths as the contract writes them, and the contract itself. The route, the label in the metrics and the
 * path of the contract are all derived from an endpoint's path.
 */
export type EndpointPath = keyof paths | '/openapi.yaml';

type PathWithParameter = Extract<EndpointPath, `${string}{${string}`>;
/** A path whose only parameter is an event's id. One with another parameter is the path of no endpoint yet. */
type EventPath = Exclude<
  Extract<PathWithParameter, `${string}{eventId}${string}`>,
  `${string}{${string}{${string}`
>;

export interface PublicEndpoint {
  /** The path below a base. */
  readonly path: Exclude<EndpointPath, PathWithParameter>;
  readonly access: 'public';
  /** Answers GET and HEAD, or rejects with an AppError. HEAD, OPTIONS and every other method follow from it. */
  get(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

export interface EventEndpoint {
  /** The path below a base, its parameter in braces. */
  readonly path: EventPath;
  /** The router admits the request (401), then parses the event's id (400), and hands both to the handler. */
  readonly access: 'token';
  /** As of a public endpoint. The handler, or what it reads, decides whether the event exists and the viewer may read it. */
  get(
    request: IncomingMessage,
    response: ServerResponse,
    eventId: EventId,
    viewer: Viewer,
  ): void | Promise<void>;
}

/** One resource of the contract. It does not compile without saying who may call it. */
export type Endpoint = PublicEndpoint | EventEndpoint;
