import type { Viewer } from '../../auth/viewer';
import { AppError } from '../../errors';
import type { Clock } from '../../runtime/clock';

/** The longest delay of a timer; for a token that lives longer, the timer is set again. */
const MAX_TIMER_MS = 2_147_483_647;

/** The viewer of a connection that stays open, until their token expires. */
export interface Session {
  readonly viewer: Viewer | undefined;
  /**
   * @param next the viewer of the first or a fresh token, which has been verified
   * @throws AppError UNAUTHORIZED when the token has expired since, or the session has ended
   */
  accept(next: Viewer): void;
  end(): void;
}

export interface SessionOptions {
  readonly clock: Clock;
  readonly onExpiry: () => void;
}

export function createSession({ clock, onExpiry }: SessionOptions): Session {
  let viewer: Viewer | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  function watchExpiry(expiresAt: number): void {
    clearTimeout(timer);
    const left = expiresAt - clock.now();
    const again = (): void => (left > MAX_TIMER_MS ? watchExpiry(expiresAt) : onExpiry());
    timer = setTimeout(again, Math.min(left, MAX_TIMER_MS)).unref();
  }

  return {
    get viewer() {
      return viewer;
    },
    accept(next) {
      if (isOver || next.expiresAt <= clock.now()) throw new AppError('UNAUTHORIZED');
      viewer = next;
      watchExpiry(next.expiresAt);
    },
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
