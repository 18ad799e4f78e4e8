import { setImmediate as turn } from 'node:timers/promises';
import { parse } from 'graphql';
import { createContextFor, SERVICE } from '../../../../src/gateway/execute';
import type { Cohort } from '../../../../src/gateway/live/cohort';
import { createLiveEvent } from '../../../../src/gateway/live/event';
import { createTickScheduler } from '../../../../src/gateway/live/tick-scheduler';
import { createBusinessCalendar } from '../../../../src/domain/calendar';
import { systemClock } from '../../../../src/runtime/clock';
import { createLogger } from '../../../../src/observability/log';
import type { OperationContext } from '../../../../src/resolvers/context';
import type { EventId } from '../../../../src/domain/values';
import { perField } from '../../../../src/resolvers/live-source';

const log = createLogger({ level: 'silent' });
const EVENT_ID = '6f1d7e0e-4b1f-4b3c-9a55-0c8b1a3a7d10' as EventId;

/** A context over an empty database. */
function openContext(onClose: () => void): OperationContext {
  const sql = { isDistributed: false, query: () => Promise.resolve([]), execute: () => Promise.resolve(0) };
  const contextFor = createContextFor({
    database: { ...sql, readConsistently: (read) => read(sql) },
    calendar: createBusinessCalendar('Asia/Seoul'),
    clock: systemClock,
    industryRefreshMs: 300_000,
  });
  return { ...contextFor(SERVICE), close: () => Promise.resolve(onClose()) };
}

const quota = { acquire: () => () => undefined };
const newCohort = { subject: 'somebody', cost: 1, document: parse('{ __typename }'), bytes: 14 };

/** A cohort of one subscriber. */
const cohortThat = (refresh: () => Promise<void>): Cohort => ({
  size: 1,
  last: undefined,
  add: () => undefined,
  delete: () => true,
  sendLast: () => undefined,
  reauthorise: () => undefined,
  refresh,
});

describe('a live event', () => {
  it('does not close the context of its other cohorts when one of them fails', async () => {
    const order: string[] = [];
    const ticks = createTickScheduler(() => openContext(() => order.push('closed')), log);
    const event = createLiveEvent({
      eventId: EVENT_ID,
      ticks: perField(() => ticks),
      quotas: perField(() => quota),
      onRead: () => undefined,
      log,
    });
    const failing = cohortThat(() => Promise.reject(new Error('this selection alone')));
    const slow = cohortThat(async () => {
      for (let n = 0; n < 5; n += 1) await turn();
      order.push('read');
    });
    event.cohort('dashboardUpdated', { key: 'failing', create: () => failing, newCohort });
    event.cohort('dashboardUpdated', { key: 'slow', create: () => slow, newCohort });
    event.changed();
    while (order.length < 2) await turn();
    event.stop();
    expect(order).toEqual(['read', 'closed']);
  });
});
