import type { Lifecycle } from '../lifecycle';
import type { Clock } from '../runtime/clock';
import type { StatementListener } from '../database/statement-log';
import type { Logger } from '../observability/log';
import type { PolledPlatform } from '../workers/polling/channel-poller';

/** What a service is started in: given to it, and shared with whoever starts it. */
export interface Surroundings {
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  /** In place of the database's clock: for tests, and for replaying a story from the past. */
  readonly clock?: Clock;
  /** Whether a database that is away at start is waited for. A command tells whoever gave it instead. */
  readonly waitsForDatabase?: boolean;
  readonly onStatement?: StatementListener;
  /** In place of the platforms that the configuration names. */
  readonly platforms?: readonly PolledPlatform[];
}
