import type { ServerResponse } from 'node:http';
import { AskerGone } from './asker-gone';
import type { Asker } from './operations';

/** Whoever waits for an HTTP answer: they have it once the connection has taken it in, and are gone when it is closed. */
export function askerOf(response: ServerResponse): Asker {
  const leaving = new AbortController();
  const answered = new Promise<void>((resolve) => {
    const close = (): void => {
      if (!response.writableFinished) leaving.abort(new AskerGone());
      resolve();
    };
    // Gone while the token was being looked at: nothing would tell of it any more.
    if (response.destroyed) close();
    else response.once('close', close);
  });
  return { gone: leaving.signal, answered };
}
