import type { ServerResponse } from 'node:http';

/** The client that waits for an answer. */
export interface Asker {
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
  /** Settles when the answer has left this process, or never will. */
  readonly answered: Promise<unknown>;
}

/** Why an operation is cancelled: its client has gone. It is not a failure, and is not logged. */
export class AskerGone extends Error {
  override readonly name = 'AskerGone';

  constructor() {
    super('The asker has gone.');
  }
}

/** The client of an HTTP answer. It has its answer once the response is written, and is gone when the connection closes. */
export function askerOf(response: ServerResponse): Asker {
  const leaving = new AbortController();
  const answered = new Promise<void>((resolve) => {
    const close = (): void => {
      if (!response.writableFinished) leaving.abort(new AskerGone());
      resolve();
    };
    // Closed while the token was verified: no event follows.
    if (response.destroyed) close();
    else response.once('close', close);
  });
  return { gone: leaving.signal, answered };
}
