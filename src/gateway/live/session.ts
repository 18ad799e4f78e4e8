import type { Viewer } from '../../auth/viewer';
import { AppError } from '../../errors';
import type { Clock } from '../../runtime/clock';

/** The longest delay of a timer; for a token that lives longer, the timer is set again. */
const MAX_TIMER_MS = 2_147_483_647;

/** The viewer of a connection that stays open, until their token expires. */
export interface Session {
  readonly viewer: Viewer | undefined;
  /** Accepts the first or a fresh token. @throws AppError UNAUTHORIZED, TOO_MANY_REQUESTS */
  authenticate(authorization: unknown): Promise<void>;
  end(): void;
}

export interface SessionOptions {
  /** The viewer of a token. @throws AppError UNAUTHORIZED, TOO_MANY_REQUESTS */
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
    const again = (): void => (left > MAX_TIMER_MS ? watchExpiry(expiresAt) : onExpiry());
    timer = setTimeout(again, Math.min(left, MAX_TIMER_MS)).unref();
  }

  return {
    get viewer() {
      return viewer;
    },
    async authenticate(authorization) {
      const recognised = await recognise(typeof authorization === 'string' ? authorization : undefined);
      if (isOver) throw new AppError('UNAUTHORIZED');
      viewer = recognised;
      watchExpiry(recognised.expiresAt);
    },
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
