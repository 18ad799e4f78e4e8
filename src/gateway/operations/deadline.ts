import { setMaxListeners } from 'node:events';
import { AppError } from '../../errors';
import { AskerGone } from './asker';

/** The timeout of an operation, and whether its client has gone. */
export interface OperationDeadline {
  /** Aborted at the timeout or when the client has gone, with an error that says which. */
  readonly signal: AbortSignal;
  /** The result of the work, or the signal's reason as soon as it is aborted. The work ends by itself then. */
  within<T>(work: Promise<T>): Promise<T>;
  /** The operation is over: nothing is cancelled any more. */
  end(): void;
}

/** By a signal rather than by `within`: the running statements have to be told, and there is one timer for all of them. */
export function createDeadline(limitMs: number, gone: AbortSignal): OperationDeadline {
  const controller = new AbortController();
  const { signal } = controller;
  // As many listeners as running statements.
  setMaxListeners(Infinity, signal);
  const late = (): void =>
    controller.abort(
      new AppError('OPERATION_TIMEOUT', {
        message: `The operation has not come to its end within ${limitMs / 1_000} seconds and was cancelled. Ask for less at a time.`,
        retryAfterSeconds: 1,
      }),
    );
  const leave = (): void => controller.abort(gone.reason);
  const timer = setTimeout(late, limitMs);
  if (gone.aborted) leave();
  else gone.addEventListener('abort', leave, { once: true });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(reasonOf(signal)), { once: true });
  });
  // It may be rejected while nothing awaits it.
  aborted.catch(() => undefined);

  return {
    signal,
    within: (work) => (signal.aborted ? Promise.reject(reasonOf(signal)) : Promise.race([work, aborted])),
    end() {
      clearTimeout(timer);
      gone.removeEventListener('abort', leave);
    },
  };
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new AskerGone();
}
