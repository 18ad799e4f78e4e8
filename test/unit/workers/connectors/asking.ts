import type { PlatformConfig } from '../../../../src/config/platforms';
import { createSettableClock, type SettableClock } from '../../../../src/runtime/clock';
import { createLogger } from '../../../../src/observability/log';
import type { Instant } from '../../../../src/domain/values';
import { CONNECTORS } from '../../../../src/workers/connectors/connectors';
import { createPlatform } from '../../../../src/workers/connectors/create-platform';
import type { Limits } from '../../../../src/workers/connectors/limits';
import type { Platform, PlatformHealth, ViewsAnswer } from '../../../../src/workers/connectors/platform';
import { configFor, questionAbout } from '../../../harness/platforms/config';
import type { FakePlatform } from '../../../harness/platforms/fake-platform';

export const CHANNEL = '우리동네TV';
export const NOW = Date.parse('2025-10-20T12:00:00Z') as Instant;
export const later = (milliseconds: number) => (NOW + milliseconds) as Instant;

/** Short enough that a test which runs into it is not noticed, long enough to send a request. */
export const SOON_MS = 250;

/** A platform whose server is a fake one, and what there is to see of it. */
export interface Asking {
  readonly platform: Platform;
  readonly clock: SettableClock;
  readonly logged: Record<string, unknown>[];
  readonly changes: PlatformHealth[];
  readonly ask: (eventId?: string) => Promise<ViewsAnswer>;
}

export function asking(
  fake: Pick<FakePlatform, 'baseUrl'>,
  config: Partial<PlatformConfig> = {},
  limits: Partial<Limits> = {},
): Asking {
  const clock = createSettableClock(NOW);
  const logged: Record<string, unknown>[] = [];
  const log = createLogger({
    level: 'trace',
    destination: { write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const complete = configFor(fake, CHANNEL, config);
  const platform = createPlatform(complete, CONNECTORS[complete.parser], {
    clock,
    log,
    limits: { retryDelayMs: 1, longestRetryDelayMs: 2, ...limits },
  });
  const changes: PlatformHealth[] = [];
  platform.onChange((health) => void changes.push(health));
  return {
    platform,
    clock,
    logged,
    changes,
    ask: (eventId) => platform.ask(questionAbout(CHANNEL, eventId)),
  };
}
