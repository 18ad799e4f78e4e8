import { randomUUID } from 'node:crypto';
import type { Config } from '../config';
import { endClaim } from '../database/retention-watch';
import { createFaultLog } from '../observability/fault-log';
import { within } from '../runtime/timeout';
import { createPeriodic, NOT_DONE } from '../workers/periodic';
import { createAppliedLog } from '../workers/retention/applied-log';
import { enforceRetention, type RetentionOptions } from '../workers/retention/retention';
import type { RuntimeWithClock } from './runtime';

/** What ended so long ago can wait for some minutes more. */
const RETAIN_EVERY_MS = 600_000;
/** By then the owners of the partitions have told how far each is applied. */
const FIRST_OBSERVED_MS = 30_000;

/** Not in a command: it is there for one thing, and what is sealed stays sealed. */
export function startRetention(
  { retentionDays: days }: Config,
  { lifecycle, log, isCommand }: RuntimeWithClock,
  { topics, ...options }: RetentionDependencies,
): void {
  if (days === undefined || isCommand === true) return;
  const stopping = new AbortController();
  const refusals = createFaultLog(log, REFUSALS);
  const appliedLog = createAppliedLog(topics, options.clock);
  const worker = randomUUID();
  const retaining = { ...options, days, worker, appliedLog, log, refusals };
  const retention = createPeriodic({
    name: 'retention',
    everyMs: RETAIN_EVERY_MS,
    firstAfterMs: topics.length === 0 ? 0 : FIRST_OBSERVED_MS,
    work: async () =>
      (await enforceRetention({ ...retaining, stopping: stopping.signal })) ? undefined : NOT_DONE,
    log,
  });
  lifecycle.own('retention', {
    stop() {
      stopping.abort();
      // What it compares at that moment may take minutes, and changes nothing.
      return within(STOPS_WITHIN_MS, retention.stop(), () => endClaim(options.database, worker));
    },
  });
  retention.start();
}

/** The others need the time that is left. */
const STOPS_WITHIN_MS = 3_000;

const REFUSALS = { begins: 'not all that is due is sealed', ends: 'all that is due is sealed again' };

type RetentionDependencies = Pick<RetentionOptions, 'database' | 'calendar' | 'clock'> & {
  /** As the broker knows them; none where messages come from no log. */
  readonly topics: readonly string[];
};
