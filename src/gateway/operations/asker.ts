import type { ServerResponse } from 'node:http';
import { AskerGone } from './asker-gone';
import type { Asker } from './operations';

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
