import { parse } from 'graphql';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ANYBODY } from '../../src/auth/audience';
import { createContextFor, SERVICE } from '../../src/gateway/execute';
import { type Cohort, createCohort } from '../../src/gateway/live/cohort';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { type ReadFacts, readFactsOver } from '../../src/database/facts/read-facts';
import { systemClock } from '../../src/runtime/clock';
import { buildSchema } from '../../src/resolvers/build-schema';
import { createContext, type OperationContext } from '../../src/resolvers/context';
import type { EventId } from '../../src/domain/values';
import { eventCreated, newEvent } from '../harness/messages';
import { waitFor } from '../harness/wait-for';
import { startTestService, type TestService } from '../harness/service';

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

const valueMade = (): void => undefined;

describe('cohorts of one tick', () => {
  const schema = buildSchema();
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  function cohortOf(eventId: string, selection: string): Cohort {
    const document = parse(`subscription { dashboardUpdated(eventId: "${eventId}") { ${selection} } }`);
    return createCohort({ schema, document }, ANYBODY, { nextIteration: () => nextTurn() });
  }

  function tickOver(readFacts: ReadFacts): OperationContext {
    const contextFor = createContextFor({
      database: service.database,
      calendar: createBusinessCalendar('Asia/Seoul'),
      clock: systemClock,
      industryRefreshMs: 300_000,
    });
    return createContext({ ...contextFor(SERVICE), readFacts });
  }

  const define = (ids: ReturnType<typeof newEvent>, minute: number) =>
    service.post([
      { topic: 'event.created', value: eventCreated(ids, { occurredAt: `2026-01-01T00:0${minute}:00Z` }) },
    ]);

  it('keep the store that each has read, though another reads the event again in the same tick', async () => {
    const ids = newEvent();
    const payload = { eventId: ids.eventId as EventId };
    await define(ids, 0);
    const read = readFactsOver(service.database);
    const [firstRead, goOn] = [gate(), gate()];
    let times = 0;
    const tick = tickOver(async (asked) => {
      times += 1;
      if (times > 1) return read(asked);
      const readings = await read(asked);
      firstRead.open();
      await goOn.opened;
      return readings;
    });

    const [early, late] = [
      cohortOf(ids.eventId, 'storeId channelPerformance { views }'),
      cohortOf(ids.eventId, 'storeId participationTrend { timeUnit }'),
    ];
    const earlyMade = early.refresh(payload, tick, valueMade);
    await firstRead.opened;
    expect((await define({ ...ids, storeId: newEvent().storeId }, 1)).rejected).toEqual([]);
    const lateMade = late.refresh(payload, tick, valueMade);
    await waitFor(() => times === 2, { what: 'the other cohort to read the event', timeoutMs: 5_000 });
    goOn.open();
    await Promise.all([earlyMade, lateMade]);

    expect(early.last).toMatchObject({
      storeId: ids.storeId,
      result: { data: { dashboardUpdated: { storeId: ids.storeId } } },
    });
    expect(late.last?.version).toBe((early.last?.version ?? 0) + 1);
    expect(late.last?.storeId).not.toBe(ids.storeId);
  });

  it('date a change by its commit, though it was committed after the tick had begun', async () => {
    const ids = newEvent();
    const text = `subscription { participantCount(eventId: "${ids.eventId}") { version at } }`;
    const cohort = createCohort({ schema, document: parse(text) }, ANYBODY, {
      nextIteration: () => nextTurn(),
    });
    const payload = { eventId: ids.eventId as EventId };
    const tick = tickOver(readFactsOver(service.database));
    await waitFor(() => systemClock.now() > tick.now, { what: 'a later instant', timeoutMs: 1_000 });
    await define(ids, 0);
    await cohort.refresh(payload, tick, valueMade);
    const first = cohort.last;
    await cohort.refresh(payload, tickOver(readFactsOver(service.database)), valueMade);
    // The same text: the change is not sent a second time for its date.
    expect(cohort.last?.json.toString()).toBe(first?.json.toString());
    expect(cohort.last?.json).toBe(first?.json);
  });

  it('yield while they send to thousands, and re-authorise the one whose token has changed', async () => {
    const ids = newEvent();
    await define(ids, 0);
    const cohort = cohortOf(ids.eventId, 'storeId');
    const sent: string[] = [];
    const subscribers = Array.from({ length: 1_000 }, (_, place) => {
      const who = { name: `${place}`, mayRead: () => true };
      return {
        who,
        subscriber: {
          mayRead: () => who.mayRead(),
          audience: () => ANYBODY,
          revoke: () => undefined,
          send: () => sent.push(who.name),
        },
      };
    });
    for (const { subscriber } of subscribers) cohort.add(subscriber);
    const refreshed = cohort.refresh(
      { eventId: ids.eventId as EventId },
      tickOver(readFactsOver(service.database)),
      () => {
        sent.push('made');
        setImmediate(() => {
          sent.push('another');
          cohort.delete(subscribers[998]!.subscriber);
          subscribers[999]!.who.mayRead = () => false;
          cohort.reauthorise(subscribers[999]!.subscriber);
        });
      },
    );
    await refreshed;
    expect(sent[0]).toBe('made');
    const passed = sent.indexOf('another');
    expect(passed).toBeGreaterThan(0);
    expect(passed).toBeLessThan(600);
    expect(sent.slice(-1)).toEqual(['997']);
    expect(sent).toHaveLength(1_000);
  });
});
