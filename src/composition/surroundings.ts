import type { Lifecycle } from '../lifecycle';
import type { Clock } from '../platform/clock';
import type { StatementListener } from '../platform/database/statement-log';
import type { Logger } from '../platform/log';
import type { PolledPlatform } from '../workers/polling/channel-poller';

/** What a service is started in: given to it, and shared with whoever starts it. */
export interface Surroundings {
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  readonly clock: Clock;
  readonly onStatement?: StatementListener;
  /** In place of the platforms that the configuration names. */
  readonly platforms?: readonly PolledPlatform[];
}
