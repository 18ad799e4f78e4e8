import type { Viewer } from '../../auth/viewer';
import { AppError } from '../../errors';
import type { Clock } from '../../runtime/clock';

/** The longest that a timer can be set for; a token that lives longer is looked at again then. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Who is on a connection that stays open, for as long as their token lasts. */
export interface Session {
  readonly viewer: Viewer | undefined;
  /** Takes a token, the first or a fresh one. @throws AppError UNAUTHORIZED, TOO_MANY_REQUESTS */
  enter(authorization: unknown): Promise<void>;
  end(): void;
}

export interface SessionOptions {
  /** Who brings a token. @throws AppError UNAUTHORIZED, TOO_MANY_REQUESTS */
  readonly recognise: (authorization: string | undefined) => Promise<Viewer>;
  readonly clock: Clock;
  readonly onExpiry: () => void;
}

export function createSession({ recognise, clock, onExpiry }: SessionOptions): Session {
  let viewer: Viewer | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  function watchExpiry(expiresAt: number): void {
    clearTimeout(timer);
    const left = expiresAt - clock.now();
    const again = (): void => (left > LONGEST_TIMER_MS ? watchExpiry(expiresAt) : onExpiry());
    timer = setTimeout(again, Math.min(left, LONGEST_TIMER_MS)).unref();
  }

  return {
    get viewer() {
      return viewer;
    },
    async enter(authorization) {
      const entered = await recognise(typeof authorization === 'string' ? authorization : undefined);
      if (isOver) throw new AppError('UNAUTHORIZED');
      viewer = entered;
      watchExpiry(entered.expiresAt);
    },
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
