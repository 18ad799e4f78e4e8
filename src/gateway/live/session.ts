import type { Viewer } from '../../auth/viewer';
import { AppError } from '../../errors';
import type { SetAlarm } from '../../runtime/alarm';
import type { Clock } from '../../runtime/clock';

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
  readonly setAlarm: SetAlarm;
  readonly onExpiry: () => void;
}

export function createSession({ clock, setAlarm, onExpiry }: SessionOptions): Session {
  let viewer: Viewer | undefined;
  let cancelExpiry: (() => void) | undefined;
  let isOver = false;

  return {
    get viewer() {
      return viewer;
    },
    accept(next) {
      if (isOver || next.expiresAt <= clock.now()) throw new AppError('UNAUTHORIZED');
      viewer = next;
      cancelExpiry?.();
      cancelExpiry = setAlarm(next.expiresAt, onExpiry);
    },
    end() {
      isOver = true;
      cancelExpiry?.();
    },
  };
}
