import type { IncomingMessage, ServerResponse } from 'node:http';

/** One resource of the contract: what its GET answers. HEAD, OPTIONS and every other method follow from that. */
export interface Endpoint {
  /** Matches the path below the base; its groups are handed to `get`. */
  readonly path: RegExp;
  /** Answers GET and HEAD, or rejects with an AppError. */
  get(request: IncomingMessage, response: ServerResponse, groups: readonly string[]): void | Promise<void>;
}
