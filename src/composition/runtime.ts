import type { Lifecycle } from '../lifecycle';
import type { SetAlarm } from '../runtime/alarm';
import type { Clock } from '../runtime/clock';
import type { StatementListener } from '../database/statement-log';
import type { Logger } from '../observability/log';
import type { PolledPlatform } from '../workers/polling/channel-poller';

/** What the process gives a service that it starts. */
export interface Runtime {
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  /** Replaces the database's clock: for tests, and for replaying a scenario from the past. */
  readonly clock?: Clock;
  /** Goes with that clock: rings where a token ends. By timers where it is left out. */
  readonly setAlarm?: SetAlarm;
  /** Whether to wait for a database that is unavailable at start. A command reports it instead. */
  readonly waitsForDatabase?: boolean;
  /** Whether the process ends with a command: its output is read by a person, and advice for a service's owner is no part of it. */
  readonly isCommand?: boolean;
  readonly onStatement?: StatementListener;
  /** Replaces the configured platforms. */
  readonly platforms?: readonly PolledPlatform[];
}

/** A runtime once the clock is decided. */
export type RuntimeWithClock = Runtime & { readonly clock: Clock };
