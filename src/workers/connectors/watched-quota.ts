import type { ChannelName, Instant } from '../../domain/values';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import { createDailyQuota, type DailyQuota, type DailyQuotaOptions } from './daily-quota';

const TEXTS = {
  begins: 'the quota of a platform is used up',
  ends: 'a platform has a new quota of the day',
};

/** A quota that the log tells of once when it is used up, and once when the next one is there: at the first look. */
export function createWatchedQuota(
  options: DailyQuotaOptions,
  { log, channel }: { readonly log: Logger; readonly channel: ChannelName },
): DailyQuota {
  const quota = createDailyQuota(options);
  const fault = createFaultLog(log, TEXTS, { channel });

  function look(): Instant | undefined {
    const until = quota.usedUpUntil();
    if (until === undefined) fault.worked();
    else fault.failed(new Error(`nothing more is asked until ${new Date(until).toISOString()}`));
    return until;
  }

  return {
    usedUpUntil: look,
    take() {
      quota.take();
      look();
    },
    end() {
      quota.end();
      look();
    },
  };
}
