import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { Instant } from '../../src/domain/values';
import { systemClock } from '../../src/runtime/clock';
import { SCHEMAS, type Topic } from '../../src/workers/messages/topics';
import { applyMessages } from '../../src/workers/projections/apply-messages';
import type { Projection } from '../../src/workers/projections/projection';
import { createProjections } from '../../src/workers/projections/registry';
import type { ParsedMessage } from '../../src/workers/messages/topics';
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

  /** Applies a message in a transaction of its own, and commits when it is told to. */
  function begin(topic: Topic, message: object) {
    const projection: Projection<ParsedMessage> = projections[topic];
    let commit: () => void = () => undefined;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    let applied: () => void = () => undefined;
    const isApplied = new Promise<void>((resolve) => (applied = resolve));
    const committed = opened.database.transaction(async (sql) => {
      await applyMessages(sql, projection, [SCHEMAS[topic].parse(message)], Date.now() as Instant);
      applied();
      await mayCommit;
    });
    return { isApplied, commit, committed };
  }

  it.each([
    ['an erasure', 'participant.registered', registration, 'participant.erased', erasure],
    ['a registration', 'participant.erased', erasure, 'participant.registered', registration],
  ] as const)(
    '%s waits for what is not committed yet, and sees it',
    async (_what, firstTopic, firstMessage, secondTopic, secondMessage) => {
      const first = begin(firstTopic, firstMessage());
      await first.isApplied;
      const second = begin(secondTopic, secondMessage());
      second.commit();
      expect(await Promise.race([second.isApplied.then(() => 'applied'), pause(WAITING_MS, 'waiting')])).toBe(
        'waiting',
      );
      first.commit();
      await Promise.all([first.committed, second.committed]);
      expect(await ids()).toEqual([erasedIdOf(eventId, person)]);
    },
  );

  it('registrations do not wait for each other', async () => {
    const first = begin('participant.registered', registration());
    await first.isApplied;
    const elsewhere = participantRegistered(newEvent().eventId, { occurredAt: BEFORE });
    const second = begin('participant.registered', elsewhere);
    await second.isApplied;
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
