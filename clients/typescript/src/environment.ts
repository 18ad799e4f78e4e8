/** What a timer can be set to: what is longer would end at once. */
export const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** What of its environment the client uses. Node has no page, and no WebSocket before version 22. */
interface Environment {
  readonly fetch: typeof fetch;
  readonly WebSocket?: unknown;
  readonly document?: Listened & { readonly visibilityState: string };
  readonly addEventListener?: Listened['addEventListener'];
}

interface Listened {
  addEventListener(type: string, listener: () => void, options: { readonly signal: AbortSignal }): void;
}

export const environment: Environment = globalThis;
