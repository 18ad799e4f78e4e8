import { setImmediate as turn } from 'node:timers/promises';
import { parse } from 'graphql';
import { SERVICE } from '../../../src/gateway/execute';
import type { Cohort } from '../../../src/gateway/live/cohort';
import { createLiveEvent } from '../../../src/gateway/live/live-event';
import { createRounds } from '../../../src/gateway/live/rounds';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import { systemClock } from '../../../src/runtime/clock';
import { createLogger } from '../../../src/observability/log';
import { readFactsOver } from '../../../src/database/facts/read-facts';
import { createContext, type OperationContext } from '../../../src/resolvers/context';
import type { EventId } from '../../../src/domain/values';

const log = createLogger({ level: 'silent' });
const EVENT_ID = '6f1d7e0e-4b1f-4b3c-9a55-0c8b1a3a7d10' as EventId;

/** A context over a database without rows, which says when it is closed. */
function openContext(onClose: () => void): OperationContext {
  const sql = { query: () => Promise.resolve([]), execute: () => Promise.resolve(0) };
  const calendar = createBusinessCalendar('Asia/Seoul');
  const now = systemClock.now();
  return createContext({
    viewer: SERVICE,
    now,
    calendar,
    industryRefreshMs: 300_000,
    sql,
    readFacts: readFactsOver(sql),
    yieldToLoop: () => Promise.resolve(),
    canContinue: () => true,
    close: () => Promise.resolve(onClose()),
  });
}

const places = { take: () => () => undefined };
const opening = { subject: 'somebody', cost: 1, document: parse('{ __typename }'), bytes: 14 };

/** A cohort of one, made anew by this. */
const cohortThat = (refresh: () => Promise<void>): Cohort => ({
  size: 1,
  last: undefined,
  add: () => undefined,
  delete: () => true,
  greet: () => undefined,
  recheck: () => undefined,
  refresh,
});

describe('a live event', () => {
  it('does not take the context from its other cohorts when one of them fails', async () => {
    const order: string[] = [];
    const rounds = createRounds(() => openContext(() => order.push('closed')), log);
    const event = createLiveEvent({
      eventId: EVENT_ID,
      rounds: { participantCount: rounds, dashboardUpdated: rounds },
      places: { participantCount: places, dashboardUpdated: places },
      log,
    });
    const failing = cohortThat(() => Promise.reject(new Error('this selection alone')));
    const slow = cohortThat(async () => {
      for (let n = 0; n < 5; n += 1) await turn();
      order.push('read');
    });
    event.cohort('dashboardUpdated', { key: 'failing', create: () => failing, opening });
    event.cohort('dashboardUpdated', { key: 'slow', create: () => slow, opening });
    event.changed();
    while (order.length < 2) await turn();
    event.stop();
    expect(order).toEqual(['read', 'closed']);
  });
});
