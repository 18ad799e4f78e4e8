/** What of its surroundings the client uses. Node has no page, and no WebSocket before version 22. */
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
