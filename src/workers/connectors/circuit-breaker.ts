import { circuitBreaker as createBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import type { Clock } from '../../runtime/clock';
import type { Instant } from '../../domain/values';

/** The platform was not asked, and may not be asked until then. */
export class Postponed extends Error {
  override readonly name = 'Postponed';

  constructor(readonly until: Instant) {
    super('the platform is not to be asked now');
  }
}

/** Decides whether a platform may be asked at all. */
export interface CircuitBreaker {
  /** Undefined when the platform may be asked. */
  blockedUntil(): Instant | undefined;
  /** Blocks all requests, until then at least. */
  block(until: Instant): void;
  /** @throws Postponed, or what the try throws, which counts as its failure */
  execute<T>(attempt: () => Promise<T>): Promise<T>;
}

export interface CircuitBreakerOptions {
  readonly clock: Clock;
  readonly failuresUntilOpen: number;
  readonly coolDownMs: number;
  /** How long a try may take. */
  readonly timeoutMs: number;
  /** Whether an error is a failure of the platform. One that is not closes the circuit, as an answer does. */
  readonly isFailure: (error: unknown) => boolean;
  /** The circuit opened, or a probe of it failed. */
  readonly onBreak: (error: unknown) => void;
}

/**
 * Two things block requests: the platform's own Retry-After, and a circuit that opened after too many failures in a row.
 * After the cool-down one try goes through as a probe, and decides whether the circuit closes again.
 */
export function createCircuitBreaker({
  clock,
  failuresUntilOpen,
  coolDownMs,
  timeoutMs,
  isFailure,
  onBreak,
}: CircuitBreakerOptions): CircuitBreaker {
  let blocked = -Infinity as Instant;
  const block = (until: Instant) => void (blocked = Math.max(blocked, until) as Instant);

  // Cockatiel knows no clock but the machine's: the block decides when it may be probed.
  const breaker = createBreaker(handleWhen(isFailure), {
    breaker: new ConsecutiveBreaker(failuresUntilOpen),
    halfOpenAfter: -Infinity,
  });
  breaker.onBreak((reason) => {
    block((clock.now() + coolDownMs) as Instant);
    onBreak('error' in reason ? reason.error : undefined);
  });

  function blockedUntil(): Instant | undefined {
    const now = clock.now();
    if (blocked > now) return blocked;
    // Cockatiel would let the others wait for its probe, and then ask even if it had failed.
    return breaker.state === CircuitState.HalfOpen ? ((now + timeoutMs) as Instant) : undefined;
  }

  return {
    block,
    blockedUntil,
    execute(attempt) {
      const until = blockedUntil();
      return until === undefined ? breaker.execute(attempt) : Promise.reject(new Postponed(until));
    },
  };
}
