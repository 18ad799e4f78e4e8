import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll } from 'cockatiel';
import type { Clock } from '../../runtime/clock';
import type { Instant } from '../../domain/values';

/** Nothing was asked, and nothing may be until then. */
export class Held extends Error {
  override readonly name = 'Held';

  constructor(readonly until: Instant) {
    super('the platform is not to be asked now');
  }
}

/** Decides whether a platform may be asked at all. */
export interface Gate {
  /** Undefined when the way is free. */
  heldUntil(): Instant | undefined;
  /** Closes the way, until then at least. */
  hold(until: Instant): void;
  /** @throws Held, or whatever the try throws, each of which counts as its failure */
  pass<T>(attempt: () => Promise<T>): Promise<T>;
}

export interface GateOptions {
  readonly clock: Clock;
  readonly failuresThatOpen: number;
  readonly coolDownMs: number;
  /** How long a try may take. */
  readonly timeoutMs: number;
  /** The circuit opened, or a probe of it failed. */
  readonly onBreak: (error: unknown) => void;
}

/**
 * Two things close it: the platform's own wish, and a circuit that opened after too many failures in a row. After the
 * cool-down one try goes through as a probe, and decides whether the circuit closes again.
 */
export function createGate({ clock, failuresThatOpen, coolDownMs, timeoutMs, onBreak }: GateOptions): Gate {
  let held = -Infinity as Instant;
  const hold = (until: Instant) => void (held = Math.max(held, until) as Instant);

  // The breaker knows no clock but the machine's: when it may be probed is decided here, by the hold.
  const breaker = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(failuresThatOpen),
    halfOpenAfter: -Infinity,
  });
  breaker.onBreak((reason) => {
    hold((clock.now() + coolDownMs) as Instant);
    onBreak('error' in reason ? reason.error : undefined);
  });

  function heldUntil(): Instant | undefined {
    const now = clock.now();
    if (held > now) return held;
    // The breaker would let the others wait for its probe, and then ask whatever came of it.
    return breaker.state === CircuitState.HalfOpen ? ((now + timeoutMs) as Instant) : undefined;
  }

  return {
    hold,
    heldUntil,
    pass(attempt) {
      const until = heldUntil();
      return until === undefined ? breaker.execute(attempt) : Promise.reject(new Held(until));
    },
  };
}
