import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { EventId, Instant, ParticipantId } from '../../src/domain/values';
import type { Sql } from '../../src/database/database';
import { lockOutRegistrations, rememberErasures } from '../../src/database/erasures';
import { lockEvents } from '../../src/database/event-counts';
import { systemClock } from '../../src/runtime/clock';
import { SCHEMAS } from '../../src/workers/messages/topics';
import { applyMessages } from '../../src/workers/projections/apply-messages';
import { createProjections } from '../../src/workers/projections/registry';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { TEST_DIGESTS } from '../harness/digests';
import { newEvent, participantErased, participantRegistered } from '../harness/messages';
import { erasedIdOf } from '../harness/messages/participant-erased';
import { batchOf, kindsOf, times } from '../harness/streams/batches';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture } from '../harness/streams/fixture';
import { peopleIn } from '../harness/streams/stored';

const seoul = createBusinessCalendar('Asia/Seoul');
const projections = createProjections(seoul, TEST_DIGESTS);
const [BEFORE, ASKED] = ['2025-10-20T18:05:12.480Z', '2025-10-21T09:00:00Z'];
/** Longer than anything here takes that does not wait. */
const WAITING_MS = 400;
const now = (): Instant => Date.now() as Instant;

function aPromise(): [Promise<void>, () => void] {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((fulfil) => (resolve = fulfil));
  return [promise, resolve];
}

describe('an erasure and registrations beside each other', () => {
  const { eventId } = newEvent();
  let person: string;
  let opened: OpenedDatabase;

  beforeAll(async () => {
    opened = await openServer();
  });
  beforeEach(async () => {
    await createStreamFixture(opened.database, systemClock).reset();
    person = randomUUID();
  });
  afterAll(() => opened.close());

  const registration = () => participantRegistered(eventId, { participantId: person, occurredAt: BEFORE });
  const erasure = () => participantErased({ participantId: person, occurredAt: ASKED });
  const ids = async () => (await peopleIn(opened.database)).map(([, participantId]) => participantId);

  /** Works in a transaction, and commits when it is told to. */
  function begin(work: (sql: Sql) => Promise<unknown>) {
    const [isDone, done] = aPromise();
    const [mayCommit, commit] = aPromise();
    const committed = opened.database.transaction(async (sql) => {
      await work(sql);
      done();
      await mayCommit;
    });
    return { isDone, commit, committed };
  }
  const register =
    (message: object) =>
    (sql: Sql): Promise<unknown> => {
      const parsed = SCHEMAS['participant.registered'].parse(message);
      return applyMessages(sql, projections['participant.registered'], [parsed], now());
    };
  const erase = async (): Promise<void> => {
    const parsed = SCHEMAS['participant.erased'].parse(erasure());
    await projections['participant.erased'].applyAhead(opened.database, [parsed], now());
  };
  const hasToWait = async (work: Promise<unknown>): Promise<boolean> =>
    (await Promise.race([work.then(() => 'done'), pause(WAITING_MS, 'waiting')])) === 'waiting';

  it('an erasure waits for a registration that is not committed yet, and sees it', async () => {
    const registering = begin(register(registration()));
    await registering.isDone;
    const erased = erase();
    expect(await hasToWait(erased)).toBe(true);
    registering.commit();
    await Promise.all([registering.committed, erased]);
    expect(await ids()).toEqual([erasedIdOf(eventId, person)]);
  });

  it('a registration waits for an erasure that is being remembered, and knows of it', async () => {
    const asked = { person: TEST_DIGESTS.of(person as ParticipantId), eventId: null, occurredAt: now() };
    const remembering = begin(async (sql) => {
      await lockOutRegistrations(sql);
      await rememberErasures(sql, [asked], TEST_DIGESTS.keyDigest);
    });
    await remembering.isDone;
    const registering = begin(register(registration()));
    registering.commit();
    expect(await hasToWait(registering.isDone)).toBe(true);
    remembering.commit();
    await Promise.all([remembering.committed, registering.committed]);
    expect(await ids()).toEqual([erasedIdOf(eventId, person)]);
  });

  /** An erasure that waits for the event of a row which it has found. */
  async function waitingErasure() {
    const registering = begin(register(registration()));
    registering.commit();
    await registering.committed;
    const holding = begin((sql) => lockEvents(sql, [eventId as EventId], now()));
    await holding.isDone;
    const erased = erase();
    expect(await hasToWait(erased)).toBe(true);
    return async () => {
      holding.commit();
      await Promise.all([holding.committed, erased]);
    };
  }

  it('a row is erased while nobody else holds its event: who registers then would find neither of its ids', async () => {
    const letGo = await waitingErasure();
    expect(await ids()).toEqual([person]);
    await letGo();
    expect(await ids()).toEqual([erasedIdOf(eventId, person)]);
  });

  it('registrations go on while an erasure looks for somebody', async () => {
    const letGo = await waitingErasure();
    const elsewhere = begin(register(participantRegistered(newEvent().eventId, { occurredAt: BEFORE })));
    elsewhere.commit();
    await elsewhere.committed;
    await letGo();
    expect(await ids()).toHaveLength(2);
  });

  it('registrations do not wait for each other', async () => {
    const first = begin(register(registration()));
    await first.isDone;
    const second = begin(register(participantRegistered(newEvent().eventId, { occurredAt: BEFORE })));
    await second.isDone;
    for (const { commit } of [first, second]) commit();
    await Promise.all([first.committed, second.committed]);
    expect(await ids()).toHaveLength(2);
  });

  it('of several workers leave nobody who asked, count everybody once, and lock nobody out', async () => {
    const events = times(6, () => newEvent().eventId);
    const people = times(60, () => randomUUID() as string);
    const work = async (partition: number): Promise<void> => {
      const stage = createStreamFixture(opened.database, systemClock);
      for (const [round, event] of events.entries()) {
        const batch = people.map((participantId) =>
          participantRegistered(event, { participantId, occurredAt: BEFORE }),
        );
        const some = people.slice(round * 5, round * 5 + 10);
        const erasures = some.map((participantId) => participantErased({ participantId, occurredAt: ASKED }));
        const position = { partition: partition * 10 + round };
        const [registered, erased] = await Promise.all([
          stage.apply(batchOf('participant.registered', batch, { position })),
          stage.apply(batchOf('participant.erased', erasures, { position })),
        ]);
        expect([...kindsOf(registered), ...kindsOf(erased)]).not.toContain('rejected');
      }
    };
    await Promise.all([0, 1, 2].map(work));
    const asked = new Set(people.slice(0, 35));
    const kept = await ids();
    expect(kept).toHaveLength(events.length * people.length);
    expect(kept.filter((id) => asked.has(id))).toEqual([]);
    expect(new Set(kept.filter((id) => people.includes(id)))).toEqual(new Set(people.slice(35)));
    const { drifts } = await verifyRollups(opened.database, { limit: 10, calendar: seoul });
    expect(drifts.map(describeDrift)).toEqual([]);
  });
});
